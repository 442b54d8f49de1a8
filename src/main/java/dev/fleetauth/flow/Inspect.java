package dev.fleetauth.flow;

import dev.fleetauth.http.Http;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.TokenVerifier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a token apart and says what it is, without ever showing it. */
public final class Inspect {

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Engine engine;

    public Inspect(Engine engine) {
        this.engine = engine;
    }

    /**
     * What is known of a token.
     *
     * @param header its JOSE header; null if it is opaque
     * @param claims its claims; empty if it is opaque
     * @param issuedAt when it was issued or, if it does not say, received; null if that is not known
     * @param expiresAt when it ends; null if that is not known
     * @param scope its scope; null if that is not known
     * @param audience who it is for
     */
    public record Report(
            @Nullable Map<String, Object> header,
            Map<String, Object> claims,
            @Nullable Instant issuedAt,
            @Nullable Instant expiresAt,
            @Nullable Scope scope,
            List<String> audience) {}

    /** The profile's access token, or its id token. */
    public Secret tokenOf(ProfileName name, boolean idToken) {
        Tokens tokens = engine.open(name).session().tokens();
        if (tokens == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, name, "it has no tokens");
        }
        if (!idToken) {
            if (!tokens.hasAccessToken()) {
                throw Failure.of(Kind.REFRESH_NEEDED, name);
            }
            return tokens.accessToken();
        }
        if (tokens.idToken() == null) {
            throw Failure.of(Kind.LOGIN_NEEDED, name, "it has no id token: the scope openid was not granted");
        }
        return tokens.idToken();
    }

    /**
     * Takes a token apart.
     *
     * @param ofProfile the profile it belongs to, whose record tells what an opaque token does not; null if it is of
     *     elsewhere
     */
    public Report report(Secret token, @Nullable ProfileName ofProfile) {
        Optional<Jwt> jwt = Jwt.decode(token.reveal());
        Map<String, Object> claims = jwt.map(Jwt::claims).orElse(Map.of());
        Tokens tokens =
                ofProfile == null ? null : engine.open(ofProfile).session().tokens();
        Tokens ofRecord = tokens != null && tokens.accessToken().equals(token) ? tokens : null;
        Instant issued = instant(claims.get("iat"));
        Instant expires = instant(claims.get("exp"));
        Scope scope = Jwt.scope(claims).orElse(null);
        return new Report(
                jwt.map(Jwt::header).orElse(null),
                claims,
                issued == null && ofRecord != null ? ofRecord.receivedAt() : issued,
                expires == null && ofRecord != null ? ofRecord.expiresAt() : expires,
                scope == null && ofRecord != null ? ofRecord.scopeGranted() : scope,
                strings(claims.get("aud")));
    }

    /**
     * Verifies a token against the keys of a profile's provider.
     *
     * @return the issuers that were accepted
     * @throws Failure of kind {@code NOT_VERIFIABLE} if it is opaque, {@code ANSWER_REJECTED} if it does not hold, {@code KEYS_UNAVAILABLE} if the keys cannot be
     *     had
     */
    public List<String> verify(Secret token, ProfileName name) {
        Profile profile = engine.open(name);
        Settings settings = profile.session().settings();
        if (Jwt.decode(token.reveal()).isEmpty()) {
            throw Failure.of(Kind.NOT_VERIFIABLE, "it is opaque, and only the provider can tell whether it is good");
        }
        Http http = engine.network(settings.certificates());
        var dialect = Dialects.of(settings);
        new TokenVerifier(http, engine.environment().clock())
                .wrongWith(token.reveal(), settings.endpoints().jwks(), dialect)
                .ifPresent(wrong -> {
                    throw Failure.of(Kind.ANSWER_REJECTED, "token", wrong);
                });
        return dialect.tokenIssuers().stream().sorted().toList();
    }

    private static @Nullable Instant instant(@Nullable Object seconds) {
        // A token may say anything. A time that no calendar has is none.
        return seconds instanceof Number number && Math.abs(number.doubleValue()) <= LATEST.getEpochSecond()
                ? Instant.ofEpochSecond(number.longValue())
                : null;
    }

    private static List<String> strings(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return claim == null ? List.of() : List.of(String.valueOf(claim));
    }
}
