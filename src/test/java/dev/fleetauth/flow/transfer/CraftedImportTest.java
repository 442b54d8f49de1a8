package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.fleetauth.key.ExportKeys;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.PreviousRefreshToken;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import dev.fleetauth.store.Store;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports that can be opened, but with contents that fleetauth never exports. */
@SuppressWarnings("NullAway.Init") // Set before each test.
@Tag("any-jdk")
class CraftedImportTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private Path key;

    /** A client key in its stored form. */
    private static final String CLIENT_KEY = clientKey();

    private static String clientKey() {
        try {
            String jwk = new ECKeyGenerator(Curve.P_256).generate().toJSONString();
            return AssertionKey.read(jwk, "the test").reveal();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void begin() throws IOException {
        fixture = ShellAndSandbox.tesla(folder).loggedIn();
        key = folder.resolve("export.key");
        fixture.shell.run("key", "new-file", key.toString()).exits(0);
        fixture.shell.allowSecretsIn(key).variable("FLEETAUTH_EXPORT_KEY_FILE", key.toString());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    /** Changes to the settings and the rest of a valid profile, whose provider is on another machine. */
    private record Change(Map<String, @Nullable Object> settings, UnaryOperator<Profile> profile) {}

    private static Named<Change> settings(String name, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new HashMap<>();
        changed.put(name, value);
        String shown = String.valueOf(value);
        return Named.of(
                name + " " + shown.substring(0, Math.min(40, shown.length())), new Change(changed, profile -> profile));
    }

    private static Named<Change> profile(String name, UnaryOperator<Profile> change) {
        return Named.of(name, new Change(Map.of(), change));
    }

    private static Named<Change> tokens(String name, UnaryOperator<Tokens> change) {
        return profile(
                name,
                profile -> new Profile(
                        profile.name(),
                        profile.generation(),
                        new Session(
                                profile.session().id(),
                                profile.session().settings(),
                                change.apply(
                                        Objects.requireNonNull(profile.session().tokens()))),
                        null));
    }

    private static Named<Change> session(String name, UnaryOperator<Session> change) {
        return profile(name, profile -> profile.withSession(change.apply(profile.session())));
    }

    private static Tokens lasting(Tokens tokens, Instant received, @Nullable Duration life, @Nullable Instant end) {
        return new Tokens(
                tokens.accessToken(),
                tokens.tokenType(),
                received,
                life,
                tokens.refreshToken(),
                received,
                end,
                null,
                null,
                tokens.scopeGranted());
    }

    private static Named<Change> clientKey(String key) {
        return Named.of(
                "client key " + key.substring(0, Math.min(40, key.length())),
                new Change(
                        Map.of(
                                "clientSecret",
                                new Secret(key),
                                "clientAuthentication",
                                ClientAuthentication.PRIVATE_KEY_JWT),
                        profile -> profile));
    }

    static List<Named<Change>> changes() {
        List<Named<Change>> all = new ArrayList<>();
        for (String issuer : List.of(
                "",
                " ",
                "no address",
                "issuer.example",
                "http://issuer.example",
                "https://user:pw@issuer.example",
                "https://issuer.example/#x",
                "https://issuer.example/\u001b[2J",
                "file:///etc/passwd",
                "https:///x",
                "https://" + "a".repeat(3000))) {
            all.add(settings("issuer", issuer));
        }
        for (String endpoint : List.of(
                "http://127.0.0.1:1/token",
                "https://127.0.0.1/token",
                "https://localhost/token",
                "https://[::1]/token",
                "http://issuer.example/token",
                "https://user:pw@issuer.example/token",
                "https://issuer.example/token#x",
                "file:/etc/passwd",
                "token",
                "https://issuer.example/" + "a".repeat(3000))) {
            for (String name : List.of("token", "authorization", "jwks", "revocation")) {
                all.add(settings(name, URI.create(endpoint)));
            }
        }
        all.add(settings("authorization", null));
        all.add(settings("type", "another"));
        all.add(settings("type", "third-party"));
        all.add(settings("region", "na"));
        all.add(settings("region", "xx"));
        all.add(session(
                "client credentials without a secret",
                session -> session.withSettings(with(session.settings(), Map.of("grant", Grant.CLIENT_CREDENTIALS))
                        .withoutClientSecret())));
        all.add(settings("clientId", ""));
        all.add(settings("clientId", "a\nb"));
        all.add(settings("clientSecret", new Secret("")));
        all.add(settings("clientSecret", new Secret("a\u0000b")));
        all.add(settings("authCode", new Secret("an-auth-code")));
        all.add(settings("clientAuthentication", ClientAuthentication.NONE));
        for (String key : List.of(
                "",
                "a secret",
                "{}",
                "{\"kty\":\"RSA\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"d\":\"AAAA\"}",
                CLIENT_KEY + " ",
                CLIENT_KEY.replace("{", "{\"jku\":\"https://issuer.example/\","),
                "y".repeat(300_000))) {
            all.add(clientKey(key));
        }
        all.add(settings("clientAuthentication", ClientAuthentication.PRIVATE_KEY_JWT));
        all.add(session(
                "private_key_jwt without a key",
                session -> session.withSettings(
                        with(session.settings(), Map.of("clientAuthentication", ClientAuthentication.PRIVATE_KEY_JWT))
                                .withoutClientSecret())));
        all.add(settings("scope", new Scope(List.of("openid", "a b"))));
        all.add(settings("scope", new Scope(List.of("openid", ""))));
        all.add(settings("scope", new Scope(List.of("\u001b[31m"))));
        all.add(settings("audience", "a\r\nb"));
        all.add(settings("resource", "no address"));
        all.add(settings("resource", "https://user:pw@resource.example"));
        all.add(settings("parameters", Map.of("redirect_uri", "https://evil.example")));
        all.add(settings("parameters", Map.of("hd", "a\r\nb")));
        all.add(settings("parameters", Map.of("", "a")));
        all.add(settings("deviceAuthorization", URI.create("http://evil.example/device")));
        all.add(settings("redirectUri", URI.create("callback")));
        all.add(settings("redirectUri", URI.create("http://user:pw@localhost/callback")));
        all.add(settings("certificates", "no certificate"));
        all.add(settings("certificates", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"));
        for (Instant time : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH.minusSeconds(1))) {
            all.add(tokens("received at " + time, tokens -> lasting(tokens, time, null, null)));
            all.add(tokens("refresh token until " + time, tokens -> lasting(tokens, NOW, null, time)));
            all.add(session(
                    "attempt at " + time, session -> session.withAttempt(new Attempt("hash", time, "host", 1))));
            all.add(session("refused at " + time, session -> session.withRefusal(new Refused("x", time))));
            all.add(session(
                    "previous at " + time,
                    session -> session.withTokens(
                            Objects.requireNonNull(session.tokens()),
                            new PreviousRefreshToken(new Secret("previous"), time, false))));
            all.add(profile(
                    "candidate at " + time,
                    profile -> profile.withCandidate(new Candidate(profile.session(), "nonce", null, time))));
        }
        for (Duration life :
                List.of(Duration.ofSeconds(-1), Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(9999))) {
            all.add(tokens("life " + life, tokens -> lasting(tokens, NOW, life, null)));
        }
        all.add(tokens("an empty refresh token", tokens -> tokens.withRefreshToken(new Secret(""), NOW, null)));
        all.add(tokens(
                "a refresh token with a NUL", tokens -> tokens.withRefreshToken(new Secret("a\u0000"), NOW, null)));
        all.add(tokens(
                "token type DPoP",
                tokens -> new Tokens(
                        tokens.accessToken(), "DPoP", NOW, null, tokens.refreshToken(), NOW, null, null, null, null)));
        for (long generation : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 1, 1L << 60}) {
            all.add(profile(
                    "generation " + generation,
                    profile -> new Profile(profile.name(), generation, profile.session(), null)));
        }
        all.add(session("moved", session -> session.withMoved(new Moved(NOW, "host", null))));
        all.add(session("no tokens", Session::withoutTokens));
        for (String id : List.of("../../x", "a b", "a".repeat(1000))) {
            all.add(session(
                    "session " + id.substring(0, 3), session -> new Session(id, session.settings(), session.tokens())));
        }
        all.add(profile(
                "a candidate without tokens",
                profile ->
                        profile.withCandidate(new Candidate(profile.session().withoutTokens(), "nonce", null, null))));
        all.add(profile(
                "a candidate that posts to this machine",
                profile -> profile.withCandidate(new Candidate(
                        profile.session()
                                .withSettings(with(
                                        profile.session().settings(),
                                        Map.of("token", URI.create("http://127.0.0.1:1/token")))),
                        "nonce",
                        null,
                        null))));
        // No response is this long.
        String longText = "x".repeat(300_000);
        all.add(settings("clientId", longText));
        all.add(settings("clientSecret", new Secret("s" + longText)));
        all.add(settings("scope", new Scope(List.of(longText))));
        all.add(tokens(
                "a long refresh token", tokens -> tokens.withRefreshToken(new Secret("s" + longText), NOW, null)));
        all.add(tokens(
                "a long access token",
                tokens -> new Tokens(
                        new Secret("s" + longText), "Bearer", NOW, null, null, null, null, null, null, null)));
        all.add(tokens(
                "a long subject",
                tokens ->
                        new Tokens(tokens.accessToken(), "Bearer", NOW, null, null, null, null, null, longText, null)));
        all.add(tokens(
                "a long granted scope",
                tokens -> new Tokens(
                        tokens.accessToken(),
                        "Bearer",
                        NOW,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new Scope(List.of(longText)))));
        all.add(session("a long host", session -> session.withAttempt(new Attempt("hash", NOW, longText, 1))));
        all.add(session("a long hash", session -> session.withAttempt(new Attempt(longText, NOW, "host", 1))));
        all.add(session("a long error", session -> session.withRefusal(new Refused(longText, NOW))));
        all.add(profile(
                "a long nonce",
                profile -> profile.withCandidate(new Candidate(profile.session(), longText, null, NOW))));
        all.add(profile(
                "a long expected subject",
                profile -> profile.withCandidate(new Candidate(profile.session(), "nonce", longText, NOW))));
        return all;
    }

    private static Settings with(Settings from, Map<String, @Nullable Object> changed) {
        Endpoints endpoints = from.endpoints();
        return new Settings(
                value(changed, "type", from.type()),
                value(changed, "issuer", from.issuer()),
                value(changed, "region", from.region()),
                value(changed, "grant", from.grant()),
                value(changed, "clientId", from.clientId()),
                value(changed, "clientSecret", from.clientSecret()),
                value(changed, "authCode", from.authCode()),
                value(changed, "clientAuthentication", from.clientAuthentication()),
                value(changed, "scope", from.scope()),
                value(changed, "audience", from.audience()),
                value(changed, "resource", from.resource()),
                value(changed, "redirectUri", from.redirectUri()),
                value(changed, "parameters", from.parameters()),
                new Endpoints(
                        value(changed, "authorization", endpoints.authorization()),
                        value(changed, "token", endpoints.token()),
                        value(changed, "jwks", endpoints.jwks()),
                        value(changed, "revocation", endpoints.revocation()),
                        value(changed, "deviceAuthorization", endpoints.deviceAuthorization())),
                value(changed, "certificates", from.certificates()));
    }

    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // Each name has values of one type.
    private static <T> T value(Map<String, @Nullable Object> changed, String name, @Nullable T otherwise) {
        return (T) (changed.containsKey(name) ? changed.get(name) : otherwise);
    }

    private static Profile good() {
        return new Profile(
                new ProfileName("crafted"),
                7,
                new Session(
                        "a-session",
                        new Settings(
                                Settings.OPENID,
                                "https://issuer.example",
                                null,
                                Grant.AUTHORIZATION_CODE,
                                "client",
                                new Secret("a-client-secret"),
                                null,
                                ClientAuthentication.BASIC,
                                new Scope(List.of("openid", "offline_access")),
                                null,
                                null,
                                null,
                                Map.of(),
                                new Endpoints(
                                        URI.create("https://issuer.example/authorize"),
                                        URI.create("https://issuer.example/token"),
                                        URI.create("https://issuer.example/keys"),
                                        null,
                                        null),
                                null),
                        new Tokens(
                                new Secret("an-access-token"),
                                "Bearer",
                                NOW,
                                Duration.ofHours(8),
                                new Secret("a-refresh-token"),
                                NOW,
                                null,
                                null,
                                "subject",
                                null)),
                null);
    }

    private String sealed(Profile profile) {
        var environment = fixture.shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        try (ExportKeys.Seal seal =
                new ExportKeys(environment, new ExportKeySource(key, null, null), false, warning -> {}).forSealing()) {
            return seal.seal(profile);
        }
    }

    @Test
    void aValidExportIsImported() {
        TestShell shell = fixture.shell;
        shell.runWithInput(sealed(good()), "import", "-").exits(0);
        assertThat(shell.run("status").exits(0).out()).contains("crafted", "default");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void anInvalidExportIsRejectedAndChangesNothing(Change change) {
        Profile crafted = crafted(change);
        TestShell shell = fixture.shell;
        shell.runWithInput(sealed(crafted), "import", "-")
                .exits(7)
                .printsNothing()
                .says("cannot import standard input: it");
        assertThat(shell.run("status").exits(0).out()).contains("default").doesNotContain("crafted");
    }

    private static Profile crafted(Change change) {
        Profile good = good();
        return change.profile()
                .apply(good.withSession(
                        good.session().withSettings(with(good.session().settings(), change.settings()))));
    }

    /** An earlier version, with fewer checks, may have saved such a profile. */
    @Test
    void anInvalidStoredProfileHidesNoOther() {
        TestShell shell = fixture.shell;
        Store store = shell.store();
        List<String> names = new ArrayList<>(List.of("default"));
        for (Named<Change> change : changes()) {
            var name = new ProfileName("crafted-" + names.size());
            Profile crafted = crafted(change.getPayload());
            try (Store.Lease lease = store.lock(name, Duration.ZERO)) {
                lease.save(new Profile(name, crafted.generation(), crafted.session(), crafted.candidate()), false);
                names.add(name.value());
            } catch (RuntimeException e) {
                // A profile that cannot be sealed cannot be in a store.
            }
        }
        assertThat(names).hasSizeGreaterThan(100);

        String rows = shell.run("status").exits(7).out();
        String json = shell.run("status", "--format", "json").exits(7).out();

        assertThat(names).allSatisfy(name -> {
            assertThat(rows).containsPattern("(?m)^" + name + "(: unreadable: .+|  .+)$");
            assertThat(json).contains("\"profile\" : \"" + name + "\"");
        });
        assertThat(rows).contains("it contains a value that cannot be displayed");
    }
}
