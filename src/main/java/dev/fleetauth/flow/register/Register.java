package dev.fleetauth.flow.register;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Finding;
import dev.fleetauth.flow.Finding.Verdict;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.Provider;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.SpecialFiles;
import dev.fleetauth.host.prompt.Prompt;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.ApplicationDomain;
import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Registers an application with the Fleet API: its key pair, the hosted key, a partner token, the registration in each
 * region, and the address for pairing a vehicle. Every step can be repeated, so that the same command continues after
 * any failure.
 */
public final class Register {

    /** The step that checks the hosted key. */
    public static final String HOSTED_KEY = "hosted-key";

    private static final String NOT_FOUND = "404";
    private static final String KEY_TAKEN = "Public key hash has already been taken";

    private final Engine engine;
    private final RegisterRequest request;
    private final Consumer<Finding> findings;
    private final Application application;
    private final ApplicationDomain domain;
    private final List<Region> regions;
    private final Registrations registrations;
    private boolean failed;

    /**
     * Validates a request.
     *
     * @param findings receives the finding of each step as soon as it is done
     * @throws Failure if the request is invalid or incomplete
     */
    public Register(Engine engine, RegisterRequest request, Consumer<Finding> findings) {
        this.engine = engine;
        this.request = request;
        this.findings = findings;
        Optional<Profile> profile = engine.store().read(request.profile()).map(Engine::requireNotMoved);
        this.application =
                profile.map(found -> ofProfile(found.session().settings())).orElseGet(this::ofClient);
        this.domain = ApplicationDomain.parse(request.domain(), authority());
        this.regions = regions();
        this.registrations = new Registrations(engine);
    }

    /** The name of the domain. */
    public String domain() {
        return domain.name();
    }

    /** The client id of the application. */
    public String clientId() {
        return application.clientId();
    }

    /** The address at which the application's key has to be hosted. */
    public URI keyAddress() {
        return domain.keyAddress();
    }

    /** The address that an owner opens on a phone to add the application's key to a vehicle. */
    public URI pairingAddress() {
        return domain.pairingAddress(regions.get(0));
    }

    /** The file to host; empty if none was given. */
    public Optional<Path> publicKeyFile() {
        return request.newKey() != null
                ? Optional.of(new KeyPairFiles(request.newKey()).publicKey())
                : Optional.ofNullable(request.publicKey());
    }

    /** Runs the steps until one fails, but tries every region; with {@code check}, runs all checks. */
    public void run() {
        if (domain.containsTesla()) {
            engine.notice("Tesla refuses domains that contain its name, such as " + domain.name() + ".");
        }
        ApplicationKey own = step("key", this::ownKey);
        ApplicationKey hosted = failed && !request.check() ? null : step(HOSTED_KEY, () -> hostedKey(own));
        ApplicationKey key = own != null ? own : hosted;
        if (request.check()) {
            regions.forEach(region -> step(region.id(), () -> compare(region, partner(region), key, "")));
            return;
        }
        Map<Region, PartnerApi> partners = failed ? null : step("token", this::partners);
        if (partners != null) {
            partners.forEach((region, partner) -> step(region.id(), () -> register(region, partner, key)));
        }
        if (!failed) {
            findings.accept(new Finding(
                    "pairing",
                    Verdict.OK,
                    pairingAddress().toString(),
                    "after the vehicle's owner has logged in ('fleetauth login'), open it on a phone with the Tesla"
                            + " app",
                    null));
        }
    }

    private <T> @Nullable T step(String check, Supplier<@Nullable T> step) {
        try {
            return step.get();
        } catch (Failure e) {
            failed = true;
            findings.accept(Finding.bad(check, e));
            return null;
        }
    }

    private URI authority() {
        URI issuer = URI.create(application.issuer());
        return Addresses.isLoopback(issuer) ? issuer : application.region().authority();
    }

    private Application ofProfile(Settings settings) {
        Region region = Dialects.region(settings)
                .orElseThrow(() -> Failure.of(
                        Kind.UNUSABLE,
                        "register",
                        "the profile belongs to the issuer " + settings.issuer()
                                + ", and only Tesla requires registration",
                        "choose a Tesla profile with -p"));
        TokenType type = Dialects.type(settings);
        if (!type.hasSecret()) {
            throw Failure.of(
                    Kind.UNUSABLE,
                    "register",
                    "the client of type " + type.id() + " has no secret, which a partner token needs",
                    "with -p, choose a profile whose application has a client secret");
        }
        Secret secret = settings.clientSecret();
        if (secret == null) {
            RegisterRequest.Client client = request.client().get();
            secret = settings.clientId().equals(client.id()) ? client.secret() : null;
        }
        return new Application(
                settings.issuer(),
                region,
                settings.clientId(),
                secret != null
                        ? secret
                        : promptedSecret("FLEETAUTH_CLIENT_SECRET_FILE, and the client id with FLEETAUTH_CLIENT_ID"),
                settings.endpoints().token(),
                settings.certificates());
    }

    private Application ofClient() {
        RegisterRequest.Client client = request.client().get();
        RegionChoice choice = request.regions().isEmpty()
                ? client.region()
                : new RegionChoice(request.regions().get(0), true);
        Provider provider = Provider.choose(TokenType.THIRD_PARTY.id(), client.issuer(), choice, null);
        Region region = Objects.requireNonNull(provider.region());
        if (client.id() == null && client.secret() == null && !engine.canAsk()) {
            throw Failure.of(
                    Kind.SETTINGS_MISSING,
                    "client id and the client secret",
                    "FLEETAUTH_CLIENT_ID and FLEETAUTH_CLIENT_SECRET_FILE, or log in first with 'fleetauth login -p "
                            + request.profile() + "'");
        }
        return new Application(
                provider.issuer(),
                region,
                clientId(client),
                clientSecret(client),
                region.tokenEndpoint(),
                client.certificates());
    }

    private String clientId(RegisterRequest.Client client) {
        if (client.id() != null) {
            return client.id();
        }
        Failure missing = Failure.of(Kind.SETTING_MISSING, "client id", "FLEETAUTH_CLIENT_ID");
        if (!engine.canAsk()) {
            throw missing;
        }
        try {
            return Prompt.line(
                    engine.environment().terminal(),
                    "Client id of the application in the developer portal: ",
                    typed -> GivenSecret.CLIENT_ID.readTyped(typed, missing).reveal());
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, "the client id");
        }
    }

    private Secret clientSecret(RegisterRequest.Client client) {
        return client.secret() != null
                ? client.secret()
                : promptedSecret("FLEETAUTH_CLIENT_SECRET_FILE or FLEETAUTH_CLIENT_SECRET");
    }

    private Secret promptedSecret(String variables) {
        Failure missing = Failure.of(Kind.SETTING_MISSING, "client secret", variables);
        if (!engine.canAsk()) {
            throw missing;
        }
        try {
            return Prompt.secret(
                    engine.environment().terminal(),
                    "Client secret (not shown): ",
                    typed -> GivenSecret.CLIENT_SECRET.readTyped(new String(typed), missing));
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, "the client secret");
        }
    }

    private List<Region> regions() {
        List<Region> chosen = new ArrayList<>();
        for (String id : request.regions()) {
            Region region = Region.of(id).orElseThrow(() -> Failure.of(Kind.BAD_VALUE, "--region", id, "na, eu or cn"));
            Region own = Region.of(application.region().id()).orElseThrow();
            if (!region.sharesLoginsWith(own)) {
                throw Failure.of(
                        Kind.UNUSABLE,
                        "--region " + region.id(),
                        "the application belongs to region " + own.id()
                                + ", and China has its own portal and client ids",
                        "register an application from the portal for region " + region.id());
            }
            Region served = Dialects.servedBy(region, application.issuer());
            if (!chosen.contains(served)) {
                chosen.add(served);
            }
        }
        return chosen.isEmpty() ? List.of(application.region()) : chosen;
    }

    /** The application's key from its file; null if no file was given. */
    private @Nullable ApplicationKey ownKey() {
        Path file = request.publicKey();
        if (request.newKey() != null) {
            var pair = new KeyPairFiles(request.newKey());
            boolean created = ensure(pair);
            file = pair.publicKey();
            ApplicationKey key = read(file);
            findings.accept(Finding.ok(
                    "key",
                    created
                            ? "created private-key.pem and public-key.pem in " + request.newKey() + described(key)
                            : "found " + file + described(key)));
            if (created) {
                engine.notice("Keep " + pair.privateKey()
                        + " secret, and keep a copy: tesla-control and tesla-http-proxy sign"
                        + " commands with it. fleetauth does not read it.");
            } else if (!Files.exists(pair.privateKey())) {
                engine.notice("There is no private-key.pem in " + request.newKey() + ". fleetauth does not need it, but"
                        + " tesla-control and tesla-http-proxy sign commands with it.");
            }
            return key;
        }
        if (file == null) {
            findings.accept(Finding.ok("key", "none was given with --public-key or --new-key: using the hosted one"));
            return null;
        }
        ApplicationKey key = read(file);
        findings.accept(Finding.ok("key", "found " + file + described(key)));
        return key;
    }

    /** Checks the key pair, and creates it if necessary; returns whether it was created. */
    private boolean ensure(KeyPairFiles pair) {
        boolean created =
                !request.check() && pair.createIfMissing(engine.environment().random());
        if (!pair.isPresent()) {
            throw KeyPairFiles.unusable(
                    pair.publicKey(), "there is no key pair yet", "run the same command without --check to create one");
        }
        pair.requireSafe();
        if (!Files.exists(pair.publicKey())) {
            throw KeyPairFiles.unusable(
                    pair.publicKey(),
                    "there is only the private key, which fleetauth does not read",
                    "create the public key with 'openssl ec -in private-key.pem -pubout -out public-key.pem'");
        }
        return created;
    }

    private static ApplicationKey read(Path file) {
        try {
            SpecialFiles.requireFile(file);
            byte[] pem;
            try (InputStream in = Files.newInputStream(file)) {
                pem = in.readNBytes(Limits.PUBLIC_KEY_BYTES + 1);
            }
            if (pem.length > Limits.PUBLIC_KEY_BYTES) {
                throw KeyPairFiles.unusable(
                        file,
                        "it is larger than " + Limits.PUBLIC_KEY_BYTES + " bytes",
                        "use a file with only the public key, in PEM");
            }
            return ApplicationKey.parse(pem);
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, file, FileReason.of(e));
        } catch (ApplicationKey.Rejected e) {
            throw KeyPairFiles.unusable(file, e.why(), e.remedy());
        }
    }

    private static String described(ApplicationKey key) {
        return " (P-256, SHA-256 " + key.fingerprint() + ")";
    }

    private ApplicationKey hostedKey(@Nullable ApplicationKey own) {
        HostedKey hosted = HostedKey.fetch(engine.network(application.certificates()), domain);
        ApplicationKey key = hosted.key();
        if (own != null && !own.equals(key)) {
            throw HostedKey.missing(
                    domain, "it serves another key (SHA-256 " + key.fingerprint() + ", not " + own.fingerprint() + ")");
        }
        String what = domain.keyAddress() + (own == null ? " serves a key" + described(key) : " serves this key");
        URI redirect = hosted.redirect();
        findings.accept(
                redirect == null
                        ? Finding.ok(HOSTED_KEY, what)
                        : Finding.note(
                                HOSTED_KEY,
                                what + ", through a redirect to " + Addresses.shown(redirect),
                                "if Tesla does not find it, host it without a redirect"));
        return key;
    }

    private Map<Region, PartnerApi> partners() {
        Map<Region, PartnerApi> partners = new LinkedHashMap<>();
        regions.forEach(region -> partners.put(region, partner(region)));
        findings.accept(
                Finding.ok("token", "a partner token of client " + application.clientId() + ", kept only in memory"));
        return partners;
    }

    private PartnerApi partner(Region region) {
        try {
            return new PartnerApi(engine, application, region);
        } catch (Failure e) {
            if (e.kind() == Kind.REFUSED) {
                engine.notice(
                        "A partner token needs an application in the developer portal with this client id and secret,"
                                + " and with the grant type client-credentials.");
            }
            throw e;
        }
    }

    private @Nullable Void register(Region region, PartnerApi partner, @Nullable ApplicationKey key) {
        Failure taken = post(partner);
        if (taken == null) {
            return compare(region, partner, key, "registered: ");
        }
        try {
            return compare(region, partner, key, "already registered: ");
        } catch (Failure e) {
            throw e.kind() == Kind.NOT_REGISTERED || e.kind() == Kind.API_REFUSED ? taken : e;
        }
    }

    /**
     * Compares the registered key with the application's.
     *
     * @param key the application's key; null if unknown
     */
    private @Nullable Void compare(Region region, PartnerApi partner, @Nullable ApplicationKey key, String prefix) {
        String registered;
        try {
            registered = partner.registeredKey(domain);
        } catch (Failure e) {
            boolean isMissing =
                    e.kind() == Kind.API_REFUSED && NOT_FOUND.equals(e.fields().get("status"));
            throw isMissing ? notRegistered(region, "Tesla has no key for this domain") : e;
        }
        if (key != null && !registered.equals(key.point())) {
            throw notRegistered(region, "Tesla has another key for this domain");
        }
        if (!request.check()) {
            registrations.add(
                    application.clientId(),
                    region.id(),
                    domain.name(),
                    engine.environment().clock().instant());
        }
        findings.accept(Finding.ok(
                region.id(), prefix + "Tesla has " + (key == null ? "a" : "this") + " key for " + domain.name()));
        return null;
    }

    /**
     * Registers the domain; returns the failure if the key is already registered, possibly for this same application.
     */
    private @Nullable Failure post(PartnerApi partner) {
        try {
            partner.register(domain);
            return null;
        } catch (Failure e) {
            if (!PartnerApi.isRefusal(e, KEY_TAKEN)) {
                throw e;
            }
            return e;
        }
    }

    private Failure notRegistered(Region region, String why) {
        if (!request.check()) {
            registrations.remove(application.clientId(), region.id());
        }
        return Failure.of(Kind.NOT_REGISTERED, region.id(), domain.name(), why);
    }
}
