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
import dev.fleetauth.host.keyring.Keyrings;
import dev.fleetauth.host.keyring.SecretCommands;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.http.Proxies;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.Discovery;
import dev.fleetauth.oauth.callback.CallbackListener;
import dev.fleetauth.seal.KeyDescription;
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
 * Checks for common problems: on this machine, in the store, and in the connection to the provider. It sends no token,
 * changes nothing, and its findings contain no secret.
 */
public final class Doctor {

    /** The tolerated clock skew. A larger one is reported, since this machine's clock decides if a token is valid. */
    private static final Duration MAX_SKEW = Duration.ofSeconds(60);

    private final Engine engine;
    private final Consumer<Finding> findings;

    /** @param findings receives the finding of each check as soon as it is done */
    public Doctor(Engine engine, Consumer<Finding> findings) {
        this.engine = engine;
        this.findings = findings;
    }

    /**
     * The provider of a first login, as the environment variables set it.
     *
     * @param issuer the issuer; null for Tesla
     * @param region Tesla's region; null for the default
     * @param certificates PEM certificates to trust in addition to the system's; null for none
     */
    public record FirstLogin(
            @Nullable String issuer,
            @Nullable RegionChoice region,
            @Nullable String certificates) {}

    /**
     * Runs all checks.
     *
     * @param name the profile whose provider is checked, if it exists
     * @param first supplies the provider of a first login, which is checked if that profile does not exist; fails if
     *     the variables are invalid
     */
    public void run(ProfileName name, Supplier<FirstLogin> first) {
        ok("java", ThisProcess.runtime());
        check("home", this::home);
        Optional<Profile> profile =
                check("key", this::key).filter(opens -> opens).flatMap(opens -> check("store", () -> store(name)));
        profile.ifPresent(found -> check("login", () -> login(found)));
        profile.ifPresent(found -> check("register", () -> registration(found)));
        check("terminal", this::terminal);
        check("browser", this::browser);
        Settings settings = profile.map(found -> found.session().settings()).orElse(null);
        check("callback", () -> callback(settings, first));
        check("provider", () -> provider(settings, first));
    }

    private interface Check<T> {
        @Nullable
        T run();
    }

    private <T> Optional<T> check(String name, Check<T> check) {
        try {
            return Optional.ofNullable(check.run());
        } catch (Failure e) {
            findings.accept(Finding.bad(name, e));
            return Optional.empty();
        }
    }

    private void check(String name, Runnable check) {
        check(name, () -> {
            check.run();
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
            String what = "you cannot create files in " + place;
            if (!(engine.store() instanceof PostgresStore)) {
                throw Failure.of(Kind.STORE_UNWRITABLE, home, what, "no token was spent");
            }
            note(
                    "home",
                    what,
                    "make it writable: otherwise, while the database is unavailable, responses are kept in a directory"
                            + " that a restart may clear");
            return;
        }
        List<ProfileName> names = engine.store().names();
        ok("home", home + (names.isEmpty() ? ", no profile yet" : ", profiles: " + names.size()));
        HomeReview.of(engine).forEach(findings);
        var move = new MoveHome(engine);
        move.target()
                .ifPresent(target -> note(
                        "home",
                        move.hasRemains()
                                ? "its move to " + target + " is unfinished"
                                : "it is in the directory for settings, which is often synchronized or restored from a"
                                        + " backup",
                        "run 'fleetauth doctor --move-home' to move it to " + target));
    }

    /** The home or, if it does not exist, its closest existing parent. */
    private static Path placeOf(Path home) {
        Path place = home;
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        return place;
    }

    /** Whether there is a store. Fails if it cannot be opened. */
    private boolean key() {
        Optional<KeyDescription> keys = engine.store().keyDescription();
        if (keys.isEmpty()) {
            note(
                    "key",
                    "there is no store yet; " + keyring(),
                    "run 'fleetauth login' to create it; 'fleetauth key --help' shows what can open it");
            return false;
        }
        engine.store().open();
        ok("key", "the store opens with " + keys.get().needs());
        return true;
    }

    /** Says whether a keyring here can store a new key and, if none can, why. */
    private String keyring() {
        return Keyrings.firstAvailable(new SecretCommands(engine.environment(), true))
                .map(keyring -> "the keyring of " + keyring.name() + " can store its key")
                .orElseGet(() -> "no keyring can store its key: " + Keyrings.whyNone(engine.environment()));
    }

    /** Tests that the store can be written and locked. */
    private @Nullable Profile store(ProfileName name) {
        engine.store().checkWritable(name);
        engine.store().lock(name, Duration.ZERO).close();
        ok("store", "it can be written and locked: " + engine.store().location(name));
        return engine.store().read(name).orElse(null);
    }

    /** Fails if the provider is known to have rejected the refresh token. */
    private void login(Profile profile) {
        Refused refused = profile.session().refused();
        if (refused != null && profile.candidate() == null) {
            throw Failure.of(
                    Kind.LOGIN_NEEDED,
                    profile.name(),
                    "the provider rejected its refresh token at " + refused.at().truncatedTo(ChronoUnit.SECONDS) + " ("
                            + refused.error() + ")",
                    "");
        }
    }

    /** Reports the application's registration, if it is known. */
    private void registration(Profile profile) {
        Settings settings = profile.session().settings();
        if (!Registrations.isNeededFor(settings)) {
            return;
        }
        Registrations.of(engine, settings)
                .ifPresentOrElse(
                        known -> ok("register", "the application is registered " + known),
                        () -> note(
                                "register",
                                "the application's registration in region " + settings.region() + " is unknown",
                                "if the Fleet API returns 412, run 'fleetauth register -p " + profile.name()
                                        + " --domain DOMAIN --check'"));
    }

    private void terminal() {
        if (engine.canAsk()) {
            ok("terminal", "prompts are possible");
        } else {
            note("terminal", "no prompts are possible", "provide the key and the client secret in variables or files");
        }
    }

    private void browser() {
        Browser browser = engine.environment().browser();
        if (!browser.command().isEmpty()) {
            ok("browser", browser.command());
        } else {
            note(
                    "browser",
                    browser.whyRemote().isEmpty() ? "no browser was found" : browser.whyRemote(),
                    "in a browser on another machine, open the address that 'fleetauth login' prints, and paste the"
                            + " address that the browser ends up at");
        }
    }

    private void callback(@Nullable Settings settings, Supplier<FirstLogin> first) {
        URI uri;
        try {
            uri = settings == null ? redirectUri(first.get()) : settings.redirectUri();
        } catch (Failure e) {
            // A first login would fail earlier; the check of the provider reports why.
            return;
        }
        if (uri == null) {
            boolean isNeeded = settings == null || settings.grant() == Grant.AUTHORIZATION_CODE;
            ok("callback", isNeeded ? "any free port on 127.0.0.1" : "not needed: no user logs in");
        } else if (!CallbackListener.canListenOn(uri)) {
            note("callback", uri + " is not on this machine", "paste the address that the browser ends up at");
        } else {
            URI address = CallbackListener.withPort(uri);
            try (var listener = CallbackListener.open(address, unused -> {})) {
                ok("callback", listener.redirectUri() + " is free");
            } catch (IOException e) {
                throw CallbackPort.unavailable(engine, address, e);
            }
        }
    }

    private static @Nullable URI redirectUri(FirstLogin first) {
        TokenType type =
                Provider.choose(null, first.issuer(), first.region(), null).type();
        return type == null ? null : type.redirectUri();
    }

    private void provider(@Nullable Settings settings, Supplier<FirstLogin> first) {
        FirstLogin choice = settings == null ? first.get() : new FirstLogin(null, null, settings.certificates());
        Provider provider = Provider.choose(null, choice.issuer(), choice.region(), settings);
        String certificates = choice.certificates();
        URI document = provider.region() == null
                ? Discovery.addresses(provider.issuer()).get(0)
                : provider.region().discoveryDocument();
        if (settings != null) {
            TrustedCertificate.of(settings)
                    .forEach(added -> note(
                            "trust",
                            "the profile also trusts the certificate " + added.words(),
                            "if it should not, log in under another profile name, without --cacert or"
                                    + " FLEETAUTH_CACERT"));
        }
        check("proxy", () -> proxy(document));
        HttpResponse response = engine.network(certificates).get(document, Map.of(), Limits.DISCOVERY_BYTES);
        ok("network", Addresses.origin(document) + " responds (" + response.status() + ")");
        clock(response.date());
        List<String> notices = new ArrayList<>();
        ProviderMetadata metadata = provider.metadata(engine.discovery(certificates), notices::add);
        if (notices.isEmpty()) {
            ok("provider", "the discovery document at " + document + " is valid");
        }
        metadata.value("device_authorization_endpoint")
                .ifPresent(device -> ok("provider", "a login on another device can begin at " + device));
        notices.forEach(notice -> note("provider", notice, ""));
    }

    private void proxy(URI server) {
        String host = Addresses.host(server);
        int port = server.getPort() < 0 ? 443 : server.getPort();
        ok(
                "proxy",
                new Proxies(engine.environment().variables())
                        .forServer(host, port)
                        .map(proxy -> proxy + " for " + host)
                        .orElse("none for " + host));
    }

    private void clock(@Nullable Instant server) {
        if (server == null) {
            note("clock", "the provider does not report its time", "");
            return;
        }
        Duration skew = Duration.between(server, engine.environment().clock().instant());
        if (skew.abs().compareTo(MAX_SKEW) <= 0) {
            ok("clock", "within a minute of the provider's");
        } else {
            note(
                    "clock",
                    "it is " + Durations.text(skew) + " " + (skew.isNegative() ? "behind" : "ahead of")
                            + " the provider's",
                    "set the clock: a wrong one makes tokens seem valid for too long, or not long enough");
        }
    }
}
