package dev.fleetauth.flow.report;

import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.tesla.RegionHint;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decodes and describes a token, without ever showing it. */
public final class Inspect {

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Engine engine;

    public Inspect(Engine engine) {
        this.engine = engine;
    }

    /** The tokens that a profile can have. */
    public enum StoredToken {
        ACCESS,
        REFRESH,
        ID
    }

    /**
     * The description of a token.
     *
     * @param kind the kind, by the token's content or the profile's record
     * @param header the JOSE header; null if it is not a JWT
     * @param claims the claims; empty if it is not a JWT
     * @param issuedAt when it was issued or, if it does not say, received; null if unknown
     * @param expiresAt when it expires; null if unknown
     * @param isEstimate whether the expiry is estimated from the usual lifetime of such tokens
     * @param scope the scope; null if unknown
     * @param audience the audience
     */
    public record Report(
            TokenKind kind,
            @Nullable Map<String, Object> header,
            Map<String, Object> claims,
            @Nullable Instant issuedAt,
            @Nullable Instant expiresAt,
            boolean isEstimate,
            @Nullable Scope scope,
            List<String> audience) {

        /** The name of the kind in output, such as {@code third-party}. */
        public String kindId() {
            return kind.id();
        }

        /** The kind in words. */
        public String description() {
            return kind.description();
        }

        /** The region that it suggests, such as {@code NA}; null if it suggests none. */
        public @Nullable String regionHint() {
            return RegionHint.ofClaims(claims).map(RegionHint::value).orElse(null);
        }

        /** The user's authentication methods (RFC 8176); empty if it does not say. */
        public List<String> factors() {
            return Jwt.strings(claims.get("amr"));
        }

        /** Whether the client is an open-source application; null if it does not say. */
        public @Nullable Boolean isOpenSource() {
            return claims.get("open_source") instanceof Boolean open ? open : null;
        }
    }

    /** The description of a scope; empty if it is unknown. */
    public static String describe(String scope) {
        return TeslaScope.of(scope).map(TeslaScope::description).orElse("");
    }

    /** One of the profile's tokens. */
    public Secret tokenOf(ProfileName name, StoredToken token) {
        Tokens tokens = engine.open(name).session().tokens();
        if (tokens == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, name, "it has no tokens", "");
        }
        return switch (token) {
            case ACCESS -> accessToken(tokens, name);
            case REFRESH -> present(tokens.refreshToken(), name, "it has no refresh token; the provider issued none");
            case ID -> present(tokens.idToken(), name, "it has no id token; providers issue one for the scope openid");
        };
    }

    private static Secret accessToken(Tokens tokens, ProfileName name) {
        if (!tokens.hasAccessToken()) {
            throw Failure.of(Kind.REFRESH_NEEDED, name);
        }
        return tokens.accessToken();
    }

    private static Secret present(@Nullable Secret token, ProfileName name, String otherwise) {
        if (token == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, name, otherwise, "");
        }
        return token;
    }

    /**
     * Describes a token.
     *
     * @param name the profile whose record completes the description if the token is one of its own; it need not exist
     *     or be readable
     * @param where the source of the token, for messages
     * @throws Failure of kind {@code NOT_A_TOKEN} if the text cannot be a token
     */
    public Report report(Secret token, ProfileName name, String where) {
        Session session = session(name).orElse(null);
        Optional<Jwt> jwt = Jwt.decode(token.reveal());
        Map<String, Object> claims = jwt.map(Jwt::claims).orElse(Map.of());
        TokenKind byContent = jwt.isPresent()
                ? TokenKind.ofClaims(claims, Verification.issuers(session == null ? null : session.settings()))
                : TokenKind.ofText(token.reveal());
        if (byContent == TokenKind.NOT_A_TOKEN) {
            throw Failure.of(Kind.NOT_A_TOKEN, where);
        }
        Known known = session == null ? Known.NOTHING : known(token, session, jwt.isPresent());
        Instant issued = instant(claims.get("iat"));
        Instant expires = instant(claims.get("exp"));
        Scope scope = Jwt.scope(claims).orElse(null);
        return new Report(
                // The requested type is more reliable than the token's content.
                known.kind() != null ? known.kind() : byContent,
                jwt.map(Jwt::header).orElse(null),
                claims,
                issued == null ? known.issuedAt() : issued,
                expires == null ? known.expiresAt() : expires,
                expires == null && known.isEstimate(),
                scope == null ? known.scope() : scope,
                Jwt.strings(claims.get("aud")));
    }

    /** What a profile's record says about a token. */
    private record Known(
            @Nullable TokenKind kind,
            @Nullable Instant issuedAt,
            @Nullable Instant expiresAt,
            boolean isEstimate,
            @Nullable Scope scope) {

        static final Known NOTHING = new Known(null, null, null, false, null);
    }

    private static Known known(Secret token, Session session, boolean isJwt) {
        Tokens tokens = session.tokens();
        boolean isFromTesla = session.settings().region() != null;
        if (tokens != null && token.equals(tokens.refreshToken())) {
            Instant end = tokens.refreshExpiresAt();
            return new Known(
                    TokenKind.REFRESH,
                    tokens.refreshReceivedAt(),
                    end,
                    isFromTesla && end != null,
                    session.isScopeReported() ? session.scopeGranted() : null);
        }
        if (tokens != null && token.equals(tokens.accessToken())) {
            TokenKind kind = isFromTesla && isJwt
                    ? TokenKind.of(Dialects.type(session.settings())).orElse(null)
                    : null;
            return new Known(kind, tokens.receivedAt(), tokens.expiresAt(), false, tokens.scopeGranted());
        }
        return Known.NOTHING;
    }

    /**
     * The session of a profile; empty if it does not exist or cannot be opened, which must not prevent an inspection.
     */
    private Optional<Session> session(ProfileName name) {
        try {
            return engine.store().read(name).map(Profile::session);
        } catch (Failure e) {
            return Optional.empty();
        }
    }

    /**
     * Verifies a token with the keys of its presumed signer: Tesla if the token names a Tesla issuer, otherwise the
     * profile's provider.
     *
     * @throws Failure of kind {@code NOT_VERIFIABLE} if it is opaque or its provider is unknown,
     *     {@code TOKEN_REJECTED} if it is invalid, {@code KEYS_UNAVAILABLE} if the keys cannot be fetched
     */
    public Verification.Verified verify(Secret token, Report report, ProfileName name) {
        if (report.header() == null) {
            throw Failure.of(Kind.NOT_VERIFIABLE, "it is opaque, so only the provider can validate it");
        }
        Settings settings = engine.store()
                .read(name)
                .map(profile -> profile.session().settings())
                .orElse(null);
        return new Verification(engine).verify(token.reveal(), report.kind(), report.claims(), settings);
    }

    private static @Nullable Instant instant(@Nullable Object seconds) {
        // A token may contain any number, so a time out of range counts as absent.
        return seconds instanceof Number number && Math.abs(number.doubleValue()) <= LATEST.getEpochSecond()
                ? Instant.ofEpochSecond(number.longValue())
                : null;
    }
}
