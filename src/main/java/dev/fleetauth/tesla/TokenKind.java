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
 * What a token is, told by its looks: nothing is proved by them. Tesla's page describes the claims of third-party tokens
 * (developer.tesla.com/docs/fleet-api/authentication/third-party-tokens); that the tokens of an application name no way in
 * which a person logged in is a conclusion from there.
 */
public enum TokenKind {
    /** For an app acting for a person. */
    THIRD_PARTY("a Tesla third-party token: an app acting for a person"),
    /** The same, of a public client. */
    OPEN_SOURCE("a Tesla third-party token of an open-source client: an app acting for a person"),
    /** For the application itself. */
    PARTNER("a Tesla partner token: the application itself; a person's vehicles do not take it"),
    /** For an app acting for a company. */
    BUSINESS("a Tesla business token: an app acting for a Tesla for Business account"),
    /** The mobile app's. */
    OWNER(
            "a Tesla owner token (\"v3\"): the mobile app's own API; refused to most since 6/2026, never good for the Fleet API"),
    /** The mobile app's until 12/2020. */
    OWNER_V2(
            "a Tesla owner token of the old kind (\"v2\", password grant, 45 days): gone since 12/2020, nothing takes it"),
    /** What went with it. */
    OWNER_V2_REFRESH(
            "64 hexadecimal digits, as the refresh tokens of Tesla's old owner tokens (\"v2\") were: gone since"
                    + " 12/2020, nothing takes it"),
    /** An authorization code or a refresh token; they look alike. */
    CODE_OR_REFRESH("opaque: a Tesla authorization code, good for minutes and once, or a refresh token, good for three"
            + " months and once; it does not say which"),
    /** A refresh token that is known to be one. */
    REFRESH("a refresh token: good once, each refresh brings the next"),
    /** For the client, about the person (OpenID Connect Core 2). */
    ID_TOKEN("an id token: it tells the client who logged in, and no API takes it"),
    /** Some JWT. */
    JWT("a JWT (RFC 7519) of no kind that is known here"),
    /** It says nothing. */
    OPAQUE("opaque: only the provider can tell what it is"),
    /** No provider would send it. */
    NOT_A_TOKEN("not a token at all");

    private static final Pattern REGIONAL = Pattern.compile("[A-Z]{2}_[A-Za-z0-9_-]{8,}");
    private static final Pattern V2 = Pattern.compile("[a-z]{2,5}-[0-9a-f]{64}");
    private static final Pattern V2_REFRESH = Pattern.compile("[0-9a-f]{64}");

    /** RFC 6750 2.1. */
    private static final Pattern B64_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Pattern TESLAS = Pattern.compile("(fleet-)?auth(\\.prd\\.vn\\.cloud)?\\.tesla\\.(com|cn)");
    private static final String OWNER_API = "https://owner-api.teslamotors.com";

    private final String description;

    TokenKind(String description) {
        this.description = description;
    }

    /** The name in output, such as {@code third-party}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is, in words. */
    public String description() {
        return description;
    }

    /** The type it belongs to; null if it is no access token of one. */
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

    /** The kind of a text that is no JWT. */
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
        boolean isOfPerson = claims.containsKey("amr") || claims.containsKey("auth_time");
        if (isOfPerson) {
            return Boolean.TRUE.equals(claims.get("open_source")) ? OPEN_SOURCE : THIRD_PARTY;
        }
        // Not the scope enterprise_management: an application may have it for itself.
        return "business".equals(claims.get("account_type")) ? BUSINESS : PARTNER;
    }

    /** Whether claims name an issuer that is Tesla's, or stands in for it. */
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
                    && TESLAS.matcher(uri.getHost()).matches();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What is meant for a client, and carries what only an id token does, or nothing that an API would ask for. */
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
