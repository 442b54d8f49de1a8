package dev.fleetauth.seal;

import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
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
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Profiles for tests of the formats and stores. */
public final class Profiles {

    public static final ProfileName NAME = new ProfileName("car");

    private Profiles() {}

    /** Without optional values. */
    public static Profile bare() {
        return new Profile(NAME, 0, bareSession("session-1"), null);
    }

    /** With every optional value, in forms that are hard to encode. */
    public static Profile full() {
        return new Profile(
                NAME,
                Long.MAX_VALUE,
                fullSession("session-1"),
                new Candidate(fullSession("session-2"), "nonce", "sub", Instant.ofEpochSecond(1_800_000_002)));
    }

    /** The bare profile of a client with a key. */
    public static Profile keyed() {
        Profile bare = bare();
        Settings settings = bare.session().settings();
        return bare.withSession(bare.session()
                .withSettings(new Settings(
                        settings.type(),
                        settings.issuer(),
                        settings.region(),
                        settings.grant(),
                        settings.clientId(),
                        new Secret("{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"a \\\"key\\\"\",\"alg\":\"ES256\"}"),
                        settings.authCode(),
                        ClientAuthentication.PRIVATE_KEY_JWT,
                        settings.scope(),
                        settings.audience(),
                        settings.resource(),
                        settings.redirectUri(),
                        Map.of(),
                        settings.endpoints(),
                        settings.certificates())));
    }

    /** A bare profile of a session at a generation, with an access token. */
    public static Profile at(String session, long generation, String accessToken) {
        return new Profile(NAME, generation, bareSession(session).withTokens(bareTokens(accessToken), null), null);
    }

    public static Session bareSession(String id) {
        return new Session(
                id,
                new Settings(
                        Settings.OPENID,
                        "https://issuer.example/",
                        null,
                        Grant.CLIENT_CREDENTIALS,
                        "client",
                        null,
                        null,
                        ClientAuthentication.NONE,
                        Scope.NONE,
                        null,
                        null,
                        null,
                        Map.of(),
                        new Endpoints(null, URI.create("https://issuer.example/token"), null, null, null),
                        null),
                null);
    }

    static Tokens bareTokens(String accessToken) {
        return new Tokens(
                new Secret(accessToken),
                "Bearer",
                Instant.ofEpochSecond(1_800_000_000),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static Session fullSession(String id) {
        return new Session(
                id,
                new Settings(
                        "third-party",
                        "https://issuer.example/oauth2/v3/nts",
                        "eu",
                        Grant.AUTHORIZATION_CODE,
                        "client \"id\" \\ <é> \u2028 😀",
                        new Secret("client secret\n\t\u0001"),
                        new Secret("auth code"),
                        ClientAuthentication.POST,
                        new Scope(List.of("openid", "offline_access")),
                        "https://audience.example",
                        "https://resource.example/a?b=c",
                        URI.create("http://localhost:8484/callback"),
                        Map.of("hd", "example.com", "access_type", "offline \"é\""),
                        new Endpoints(
                                URI.create("https://issuer.example/authorize"),
                                URI.create("https://issuer.example/token"),
                                URI.create("https://issuer.example/keys"),
                                URI.create("https://issuer.example/revoke"),
                                URI.create("https://issuer.example/device")),
                        "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
                new Tokens(
                        new Secret("access"),
                        "bearer",
                        Instant.ofEpochSecond(1_800_000_000, 123_456_789),
                        Duration.ofHours(8),
                        new Secret("refresh"),
                        Instant.ofEpochSecond(-5, 1),
                        Instant.MAX,
                        new Secret("id"),
                        "subject",
                        Scope.NONE),
                new Attempt("hash", Instant.ofEpochSecond(1_800_000_001, 5), "host", Long.MAX_VALUE),
                new PreviousRefreshToken(new Secret("previous"), Instant.MIN, true),
                new Refused("invalid_grant", Instant.ofEpochSecond(1_800_000_003)),
                new Moved(Instant.ofEpochSecond(1_800_000_002, 6), "host", new Moved.Destination("store", "location")),
                true);
    }
}
