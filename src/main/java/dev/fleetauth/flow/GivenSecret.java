package dev.fleetauth.flow;

import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.prompt.Prompt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.PastedSecret;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import dev.fleetauth.tesla.TokenKind;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of secret that a user provides. Each reads its secret from any source: it extracts the secret from
 * surrounding text, and rejects one of another kind before it is sent anywhere. Passphrases and the keys of stores are
 * not among them: a passphrase is used verbatim, and such a key is a JWK.
 */
public enum GivenSecret {
    /** Another program's refresh token. */
    REFRESH_TOKEN("refresh token", "refresh_token"),
    /** Any token, for inspection. */
    TOKEN("token", "access_token", "id_token", "refresh_token", "token", "authorization"),
    /** The auth code from Consent Management. */
    AUTH_CODE("auth code", "auth_code", "code"),
    /** The client's secret. */
    CLIENT_SECRET("client secret", "client_secret"),
    /** The client's private key, which some clients use instead of a secret. */
    CLIENT_KEY("client key"),
    /** The client's id, which is not secret but is sometimes confused with the secret. */
    CLIENT_ID("client id", "client_id");

    /** The prefix of Tesla's client secrets. */
    public static final String CLIENT_SECRET_PREFIX = "ta-secret.";

    /** The form of Tesla's refresh tokens and authorization codes. */
    private static final Pattern TESLA_OPAQUE = Pattern.compile("(?:NA|EU|CN)_[0-9a-f]{32,}");

    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type does not say so.
    private final List<String> names;

    GivenSecret(String words, String... names) {
        this.words = words;
        this.names = List.of(names);
    }

    /**
     * Reads a secret of this kind.
     *
     * @param text the text to read
     * @param where the file, variable or option of the text, for messages
     * @throws Failure of kind {@code SECRET_REJECTED}, or {@code KEY_UNUSABLE} for a key; it quotes no secret
     */
    public Secret read(String text, String where) {
        if (this == CLIENT_KEY) {
            return AssertionKey.read(text, where);
        }
        if (text.contains("PRIVATE KEY-----")) {
            // As a client secret, it would be sent.
            throw rejected(where, "it is a private key");
        }
        String value;
        try {
            value = this == CLIENT_SECRET || this == CLIENT_ID
                    ? PastedSecret.secret(text, names)
                    : PastedSecret.token(text, names);
        } catch (PastedSecret.Malformed e) {
            throw rejected(where, e.why());
        }
        String other = otherKind(value);
        if (other != null) {
            throw rejected(where, "it is " + other);
        }
        return new Secret(value);
    }

    /**
     * Reads a secret of this kind from UTF-8, and wipes the bytes.
     *
     * @param where the file of the text, for messages
     * @throws Failure as {@link #read(String, String)}
     */
    public Secret read(byte[] utf8, String where) {
        char[] text;
        try {
            text = ExactText.decode(utf8, where);
        } catch (ExactText.Malformed e) {
            throw rejected(where, e.why());
        }
        return read(Terminal.toText(text), where);
    }

    /**
     * Reads a secret of this kind that was entered at a prompt.
     *
     * @param missing the failure if nothing was entered
     */
    public Secret readTyped(String typed, Failure missing) throws Prompt.Rejected {
        if (typed.isBlank()) {
            throw new Prompt.Rejected("Nothing was entered. Try again.", missing);
        }
        try {
            return read(typed, "the input");
        } catch (Failure e) {
            throw new Prompt.Rejected("The input cannot be used: " + e.fields().get("why") + ". Try again.", e);
        }
    }

    /**
     * Rejects a refresh token of the form that Tesla discontinued in 2020. Only for Tesla: a valid token of another
     * provider may have the same form.
     *
     * @param where the file of the token, for messages
     */
    public static void rejectOwnerV2(Secret refreshToken, String where) {
        TokenKind kind = TokenKind.ofText(refreshToken.reveal());
        if (kind == TokenKind.OWNER_V2 || kind == TokenKind.OWNER_V2_REFRESH) {
            throw REFRESH_TOKEN.rejected(where, "it is " + kind.description());
        }
    }

    private Failure rejected(String where, String why) {
        return Failure.of(Kind.SECRET_REJECTED, where, words, why);
    }

    /** What the text is instead of a secret of this kind; null if it may be one. */
    private @Nullable String otherKind(String value) {
        if (this == TOKEN) {
            return null;
        }
        if (value.regionMatches(true, 0, CLIENT_SECRET_PREFIX, 0, CLIENT_SECRET_PREFIX.length())) {
            return this == CLIENT_SECRET ? null : "a Tesla client secret";
        }
        String type = Jwt.type(value).orElse("");
        if (type.startsWith("fleetauth-")) {
            return "a sealed file of fleetauth (" + type + ")";
        }
        boolean mayBeOpaque = this == REFRESH_TOKEN || this == AUTH_CODE;
        if (!mayBeOpaque && TESLA_OPAQUE.matcher(value).matches()) {
            return "a Tesla refresh token or authorization code";
        }
        return Jwt.decode(value).map(this::otherJwt).orElse(null);
    }

    private @Nullable String otherJwt(Jwt jwt) {
        TokenKind kind = TokenKind.ofClaims(jwt.claims(), List.of());
        if (kind != TokenKind.JWT) {
            // Tesla's refresh tokens were JWTs until 2024.
            return this == REFRESH_TOKEN && isForIssuer(jwt.claims()) ? null : kind.description();
        }
        return this == REFRESH_TOKEN && isAccessToken(jwt) ? "an access token" : null;
    }

    /** Whether a JWT is an access token; some providers' refresh tokens are JWTs too. */
    private static boolean isAccessToken(Jwt jwt) {
        Map<String, Object> claims = jwt.claims();
        String use = Stream.of("typ", "token_use", "token_type")
                .map(claims::get)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .findFirst()
                .orElse("")
                .toLowerCase(Locale.ROOT);
        if (use.equals("refresh") || use.equals("offline")) {
            return false;
        }
        // RFC 9068 2.1 and 2.2.
        return String.valueOf(jwt.header().get("typ")).endsWith("at+jwt")
                || use.equals("bearer")
                || use.equals("access")
                || (Jwt.scope(claims).isPresent() && (claims.containsKey("client_id") || !isForIssuer(claims)));
    }

    /** Whether every audience is the issuer or its token endpoint, as for a refresh token (RFC 6749 1.5). */
    private static boolean isForIssuer(Map<String, Object> claims) {
        Optional<String> issuer = origin(claims.get("iss"));
        return Jwt.strings(claims.get("aud")).stream()
                .allMatch(audience -> audience.equals(claims.get("iss"))
                        || (audience.endsWith("/token") && origin(audience).equals(issuer)));
    }

    private static Optional<String> origin(@Nullable Object address) {
        try {
            URI uri = URI.create(String.valueOf(address));
            return Optional.ofNullable(uri.getRawAuthority()).map(authority -> uri.getScheme() + "://" + authority);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
