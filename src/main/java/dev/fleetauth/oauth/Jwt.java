package dev.fleetauth.oauth;

import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The header and claims of a signed JWT (RFC 7519), not verified; see {@link TokenVerifier}. The JOSE library's parser
 * is not used: it accepts a claim with a duplicate member, and loads a JSON library that nothing else needs.
 *
 * @param header the JOSE header
 * @param claims the claims
 */
public record Jwt(Map<String, Object> header, Map<String, Object> claims) {

    /** Decodes a compact JWS (RFC 7515 3.1); empty if the text is not one, such as an opaque token. */
    public static Optional<Jwt> decode(String token) {
        String[] parts = token.strip().split("\\.", -1);
        if (parts.length != 3 || parts[2].isEmpty()) {
            return Optional.empty();
        }
        try {
            Jwt jwt = new Jwt(json(parts[0]), json(parts[1]));
            return jwt.header.get("alg") instanceof String algorithm && !algorithm.equals("none")
                    ? Optional.of(jwt)
                    : Optional.empty();
        } catch (StrictJson.Malformed e) {
            return Optional.empty();
        }
    }

    /** The claims of a token; empty if it is null or not a compact JWS. */
    public static Map<String, Object> claims(@Nullable Secret token) {
        Optional<Jwt> jwt = token == null ? Optional.empty() : decode(token.reveal());
        return jwt.isPresent() ? jwt.get().claims : Map.of();
    }

    /** The {@code typ} in the header of a compact JWS or JWE; empty if there is none. */
    public static Optional<String> type(String token) {
        try {
            return json(token.substring(0, Math.max(0, token.indexOf('.')))).get("typ") instanceof String type
                    ? Optional.of(type)
                    : Optional.empty();
        } catch (StrictJson.Malformed e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> json(String part) throws StrictJson.Malformed {
        try {
            return StrictJson.map(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException e) {
            throw new StrictJson.Malformed("is not base64url");
        }
    }

    /**
     * The scope in claims: {@code scp} (used by Tesla) or {@code scope} (RFC 9068 2.2.3). Either may be a list or a
     * string, depending on the server.
     */
    public static Optional<Scope> scope(Map<String, Object> claims) {
        Optional<Scope> scope = scope(claims.get("scp"));
        return scope.isPresent() ? scope : scope(claims.get("scope"));
    }

    /** The scope in a string or a list of strings; empty if the value is neither. */
    public static Optional<Scope> scope(@Nullable Object value) {
        if (value instanceof String text) {
            return Optional.of(Scope.parse(text));
        }
        if (!(value instanceof List<?> list)) {
            return Optional.empty();
        }
        StringJoiner values = new StringJoiner(" ");
        for (Object element : list) {
            if (!(element instanceof String text)) {
                return Optional.empty();
            }
            values.add(text);
        }
        return Optional.of(Scope.parse(values.toString()));
    }

    /** A parser of the JOSE library. */
    public interface Parser<T> {
        T parse() throws ParseException;
    }

    /**
     * Calls a parser of the JOSE library, and turns an unchecked exception, such as one caused by an unexpected null,
     * into a {@link ParseException} that quotes nothing.
     */
    public static <T> T parse(Parser<T> parser) throws ParseException {
        try {
            return parser.parse();
        } catch (RuntimeException e) {
            throw new ParseException("the JOSE library failed", 0);
        }
    }

    /** A claim that is a string or a list of strings (RFC 7519 4.1.3), as a list; empty if it is absent. */
    public static List<String> strings(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return claim == null ? List.of() : List.of(String.valueOf(claim));
    }
}
