package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Finding;
import dev.fleetauth.flow.HomeReview;
import dev.fleetauth.flow.Provider;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.flow.login.CallbackPort;
import dev.fleetauth.flow.register.Registrations;
import dev.fleetauth.flow.setup.MoveHome;
import dev.fleetauth.host.Browser;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.http.Proxies;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Discovery;
import dev.fleetauth.oauth.callback.CallbackListener;
import dev.fleetauth.seal.key.KeyDescription;
import dev.fleetauth.store.postgres.PostgresStore;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what goes wrong in practice: on this machine, in the store, on the way to the provider. It sends no token,
 * changes nothing, and finds nothing that is secret.
 */
public final class Doctor {

    /** More is told: tokens are judged by this clock. */
    private static final Duration SMALL_SKEW = Duration.ofSeconds(60);

    private final Engine engine;
    private final Consumer<Finding> findings;

    /** @param findings told of each thing that was looked at, as soon as it was */
    public Doctor(Engine engine, Consumer<Finding> findings) {
        this.engine = engine;
        this.findings = findings;
    }

    /**
     * What the variables say of a first login.
     *
     * @param issuer the issuer; null for Tesla
     * @param region Tesla's region; null for the default
     * @param certificates PEM certificates to trust beside the system's; null for none
     */
    public record FirstLogin(
            @Nullable String issuer,
            @Nullable RegionChoice region,
            @Nullable String certificates) {}

    /**
     * Looks at everything.
     *
     * @param name the profile whose provider is looked at, if there is one of that name
     * @param first the provider of a first login otherwise, by the variables; it may fail, for one that is not good
     */
    public void run(ProfileName name, Supplier<FirstLogin> first) {
        ok("java", ThisProcess.runtime());
        look("home", this::home);
        Optional<Profile> profile =
                look("key", this::key).filter(opens -> opens).flatMap(opens -> look("store", () -> store(name)));
        profile.ifPresent(found -> look("login", () -> login(found)));
        profile.ifPresent(found -> look("register", () -> registration(found)));
        look("terminal", this::terminal);
        look("browser", this::browser);
        Settings settings = profile.map(found -> found.session().settings()).orElse(null);
        look("callback", () -> callback(settings, first));
        look("provider", () -> provider(settings, first));
    }

    private interface Look<T> {
        @Nullable
        T take();
    }

    private <T> Optional<T> look(String check, Look<T> look) {
        try {
            return Optional.ofNullable(look.take());
        } catch (Failure e) {
            findings.accept(Finding.bad(check, e));
            return Optional.empty();
        }
    }

    private void look(String check, Runnable look) {
        look(check, () -> {
            look.run();
            return null;
        });
    }

    private void ok(String check, String what) {
        findings.accept(Finding.ok(check, what));
    }

    private void note(String check, String what, String remedy) {
        findings.accept(Finding.note(check, what, remedy));
    }

    private void home() {
        Path home = engine.home();
        Path place = placeOf(home);
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            String what = place + " takes no files from you";
            if (!(engine.store() instanceof PostgresStore)) {
                throw Failure.of(Kind.STORE_UNWRITABLE, home, what, "no token was spent");
            }
            note(
                    "home",
                    what,
                    "an answer that the database does not take is kept in a folder that may not outlast a restart");
            return;
        }
        List<ProfileName> names = engine.store().names();
        ok("home", home + (names.isEmpty() ? ", no profile yet" : ", profiles: " + names.size()));
        HomeReview.of(engine).forEach(risk -> note("home", risk, "choose another home with --home or FLEETAUTH_HOME"));
        var move = new MoveHome(engine);
        move.target()
                .ifPresent(target -> note(
                        "home",
                        move.hasRemains()
                                ? "its move to " + target + " is unfinished"
                                : "it is with the settings, which are committed, synchronized and restored",
                        "'fleetauth doctor --move-home' moves it to " + target));
    }

    /** A home that is there is tried out with its store. */
    private static Path placeOf(Path home) {
        Path place = home;
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        return place;
    }

    /** Whether there is a store, which opens. */
    private boolean key() {
        Optional<KeyDescription> keys = engine.store().keyDescription();
        if (keys.isEmpty()) {
            note(
                    "key",
                    "there is no store yet; " + KeyDescription.keyringOf(engine.environment()),
                    "'fleetauth login' makes one; 'fleetauth key --help' tells how it is locked");
            return false;
        }
        engine.store().open();
        ok("key", "the store opens with " + keys.get().needs());
        return true;
    }

    /** Tries whether the store can be written. */
    private @Nullable Profile store(ProfileName name) {
        engine.store().checkWritable(name);
        engine.store().lock(name, Duration.ZERO).close();
        ok("store", "it can be written, and can be locked: " + engine.store().location(name));
        return engine.store().read(name).orElse(null);
    }

    /** Whether the provider has rejected the refresh token, as far as is known here. */
    private void login(Profile profile) {
        Refused refused = profile.session().refused();
        if (refused != null && profile.candidate() == null) {
            throw Failure.of(
                    Kind.LOGIN_NEEDED,
                    profile.name(),
                    "the provider rejected its refresh token at " + refused.at().truncatedTo(ChronoUnit.SECONDS) + " ("
                            + refused.error() + ")");
        }
    }

    /** Whether the application is registered, as far as is known here. */
    private void registration(Profile profile) {
        Settings settings = profile.session().settings();
        if (!Registrations.concern(settings)) {
            return;
        }
        Registrations.of(engine, settings)
                .ifPresentOrElse(
                        known -> ok("register", "the application is registered " + known),
                        () -> note(
                                "register",
                                "whether the application is registered in region " + settings.region()
                                        + " is not known here",
                                "after a 412 of the Fleet API, run 'fleetauth register -p " + profile.name()
                                        + " --domain DOMAIN --check'"));
    }

    private void terminal() {
        if (engine.canAsk()) {
            ok("terminal", "there is one to ask at");
        } else {
            note("terminal", "nobody can be asked here", "give the key and the client's secret by variables or files");
        }
    }

    private void browser() {
        Browser browser = engine.environment().browser();
        if (!browser.command().isEmpty()) {
            ok("browser", browser.command());
        } else {
            note(
                    "browser",
                    browser.elsewhere().isEmpty() ? "there is none" : browser.elsewhere(),
                    "open the address that 'fleetauth login' shows elsewhere, and paste the one the browser ends at");
        }
    }

    private void callback(@Nullable Settings settings, Supplier<FirstLogin> first) {
        URI uri;
        try {
            uri = settings == null ? redirectUri(first.get()) : settings.redirectUri();
        } catch (Failure e) {
            // A first login with such variables does not come that far; the look at the provider tells why.
            return;
        }
        if (uri == null) {
            ok("callback", "any free port of 127.0.0.1, or none is needed");
        } else if (!CallbackListener.canListenOn(uri)) {
            note("callback", uri + " is not an address of this machine", "paste the address the browser ends at");
        } else {
            try (var listener = CallbackListener.open(CallbackListener.reached(uri), unused -> {})) {
                ok("callback", listener.redirectUri() + " is free");
            } catch (IOException e) {
                throw CallbackPort.unavailable(engine, uri, e);
            }
        }
    }

    private static @Nullable URI redirectUri(FirstLogin first) {
        TokenType type =
                Provider.choose(null, first.issuer(), first.region(), null).type();
        return type == null ? null : type.redirectUri();
    }

    private void provider(@Nullable Settings settings, Supplier<FirstLogin> first) {
        FirstLogin asked = settings == null ? first.get() : new FirstLogin(null, null, settings.certificates());
        Provider provider = Provider.choose(null, asked.issuer(), asked.region(), settings);
        String certificates = asked.certificates();
        URI document = provider.region() == null
                ? Discovery.addresses(provider.issuer()).get(0)
                : provider.region().discoveryDocument();
        if (settings != null) {
            AddedTrust.of(settings)
                    .forEach(
                            added -> note(
                                    "trust",
                                    "the profile also trusts " + added.words(),
                                    "if it should not, log in with another profile name, without --cacert and FLEETAUTH_CACERT"));
        }
        look("proxy", () -> proxy(document));
        HttpResponse answer = engine.network(certificates).get(document, Map.of(), Limits.DISCOVERY_BYTES);
        ok("network", Addresses.origin(document) + " answers (" + answer.status() + ")");
        clock(answer.date());
        List<String> notices = new ArrayList<>();
        provider.metadata(engine.discovery(certificates), notices::add);
        if (notices.isEmpty()) {
            ok("provider", "the discovery document at " + document + " can be used");
        }
        notices.forEach(notice -> note("provider", notice, ""));
    }

    private void proxy(URI server) {
        String host = Addresses.host(server);
        int port = server.getPort() < 0 ? 443 : server.getPort();
        ok(
                "proxy",
                new Proxies(engine.environment().variables())
                        .forServer(host, port)
                        .map(proxy -> host + " is asked through " + proxy)
                        .orElse("none for " + host));
    }

    private void clock(@Nullable Instant server) {
        if (server == null) {
            note("clock", "the provider does not say what time it is", "");
            return;
        }
        Duration skew = Duration.between(server, engine.environment().clock().instant());
        if (skew.abs().compareTo(SMALL_SKEW) <= 0) {
            ok("clock", "within a minute of the provider's");
        } else {
            note(
                    "clock",
                    "it is " + Durations.text(skew) + " " + (skew.isNegative() ? "behind" : "ahead of")
                            + " the provider's",
                    "set it: tokens are taken for valid too long, or not long enough");
        }
    }
}
