package dev.fleetauth.tesla;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kind of a token, guessed from its form; this proves nothing. Tesla documents the claims of third-party tokens
 * (developer.tesla.com/docs/fleet-api/authentication/third-party-tokens); from them it is inferred that an
 * application's own tokens carry no claim about how a user logged in.
 */
public enum TokenKind {
    /** For an app acting for a user. */
    THIRD_PARTY("a Tesla third-party token, for an app acting for a user"),
    /** The same, for a public client. */
    OPEN_SOURCE("a Tesla third-party token of an open-source client, for an app acting for a user"),
    /** For the application itself. */
    PARTNER("a Tesla partner token, for the application itself; not accepted for a user's vehicles"),
    /** For an app acting for a company. */
    BUSINESS("a Tesla business token, for an app acting for a Tesla for Business account"),
    /** The mobile app's token. */
    OWNER("a Tesla owner token (\"v3\"): for the mobile app's API, which has refused most programs since 6/2026; never"
            + " valid for the Fleet API"),
    /** The mobile app's token until 12/2020. */
    OWNER_V2("an old Tesla owner token (\"v2\", password grant, 45 days): obsolete since 12/2020"),
    /** The refresh token of {@link #OWNER_V2}. */
    OWNER_V2_REFRESH(
            "64 hexadecimal digits, like the refresh tokens of Tesla's old owner tokens (\"v2\"): obsolete since"
                    + " 12/2020"),
    /** An authorization code or a refresh token; they cannot be told apart. */
    CODE_OR_REFRESH("opaque: a Tesla authorization code (single use, valid for minutes) or a refresh token (single use,"
            + " valid for three months); its form does not say which"),
    /** A refresh token, known from its origin. */
    REFRESH("a refresh token: single use; each refresh returns the next"),
    /** For the client, about the user (OpenID Connect Core 2). */
    ID_TOKEN("an id token: it tells the client who logged in; no API accepts it"),
    /** Any other JWT. */
    JWT("a JWT (RFC 7519) of an unknown kind"),
    /** Any other text in the form of a bearer token. */
    OPAQUE("opaque: only the provider knows what it is"),
    /** Nothing that a provider would issue. */
    NOT_A_TOKEN("not a token");

    private static final Pattern REGIONAL = Pattern.compile("[A-Z]{2}_[A-Za-z0-9_-]{8,}");
    private static final Pattern V2 = Pattern.compile("[a-z]{2,5}-[0-9a-f]{64}");
    private static final Pattern V2_REFRESH = Pattern.compile("[0-9a-f]{64}");

    /** The form of a bearer token (RFC 6750 2.1). */
    private static final Pattern B64_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Pattern TESLA_HOST = Pattern.compile("(fleet-)?auth(\\.prd\\.vn\\.cloud)?\\.tesla\\.(com|cn)");
    private static final String OWNER_API = "https://owner-api.teslamotors.com";

    private final String description;

    TokenKind(String description) {
        this.description = description;
    }

    /** The name in output, such as {@code third-party}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A description for output. */
    public String description() {
        return description;
    }

    /** The token type it belongs to; null if it is not an access token of one. */
    public @Nullable TokenType type() {
        return switch (this) {
            case THIRD_PARTY -> TokenType.THIRD_PARTY;
            case OPEN_SOURCE -> TokenType.OPEN_SOURCE;
            case PARTNER -> TokenType.PARTNER;
            case BUSINESS -> TokenType.BUSINESS;
            case OWNER -> TokenType.OWNER;
            default -> null;
        };
    }

    /** The kind of the access tokens of a type. */
    public static Optional<TokenKind> of(TokenType type) {
        return Arrays.stream(values()).filter(kind -> type.equals(kind.type())).findFirst();
    }

    /** The kind of a text that is not a JWT. */
    public static TokenKind ofText(String text) {
        if (REGIONAL.matcher(text).matches()) {
            return CODE_OR_REFRESH;
        }
        if (V2.matcher(text).matches()) {
            return OWNER_V2;
        }
        if (V2_REFRESH.matcher(text).matches()) {
            return OWNER_V2_REFRESH;
        }
        return B64_TOKEN.matcher(text).matches() ? OPAQUE : NOT_A_TOKEN;
    }

    /**
     * The kind of a JWT.
     *
     * @param claims its claims
     * @param teslaIssuers issuers of a stand-in that count as Tesla's
     */
    public static TokenKind ofClaims(Map<String, Object> claims, List<String> teslaIssuers) {
        if (isIdToken(claims)) {
            return ID_TOKEN;
        }
        if (!isFromTesla(claims, teslaIssuers)) {
            return JWT;
        }
        if ("ownerapi".equals(claims.get("azp"))
                || texts(claims.get("aud")).stream().anyMatch(aud -> aud.startsWith(OWNER_API))) {
            return OWNER;
        }
        boolean isOfUser = claims.containsKey("amr") || claims.containsKey("auth_time");
        if (isOfUser) {
            return Boolean.TRUE.equals(claims.get("open_source")) ? OPEN_SOURCE : THIRD_PARTY;
        }
        // Not by the scope enterprise_management: a partner token might have it too, although this is undocumented.
        return "business".equals(claims.get("account_type")) ? BUSINESS : PARTNER;
    }

    /** Whether claims name Tesla, or a stand-in for it, as their issuer. */
    public static boolean isFromTesla(Map<String, Object> claims, List<String> teslaIssuers) {
        if (!(claims.get("iss") instanceof String issuer)) {
            return false;
        }
        if (teslaIssuers.contains(issuer)) {
            return true;
        }
        try {
            URI uri = URI.create(issuer);
            return "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && TESLA_HOST.matcher(uri.getHost()).matches();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether there is no scope, and the audience is the client or there is a claim that only id tokens have. */
    private static boolean isIdToken(Map<String, Object> claims) {
        boolean hasScope = claims.containsKey("scp") || claims.containsKey("scope");
        boolean isForClient = claims.get("azp") instanceof String client
                && texts(claims.get("aud")).equals(List.of(client));
        return !hasScope && (isForClient || claims.containsKey("at_hash") || claims.containsKey("nonce"));
    }

    private static List<String> texts(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return claim == null ? List.of() : List.of(String.valueOf(claim));
    }
}
