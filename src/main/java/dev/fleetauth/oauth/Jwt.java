package dev.fleetauth.oauth;

import dev.fleetauth.model.Scope;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A signed JWT taken apart (RFC 7519), which proves nothing yet: {@link TokenVerifier} does. The JOSE library's parser is not used:
 * it takes a claim of which a part is there twice, and loads a JSON library that nothing else needs.
 *
 * @param header the JOSE header
 * @param claims the claims
 */
public record Jwt(Map<String, Object> header, Map<String, Object> claims) {

    /** Takes a compact JWS apart (RFC 7515 3.1); empty if the text is none, as with an opaque token. */
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

    /** The {@code typ} in the header of anything that is compactly serialized, be it signed or sealed; empty if there is none. */
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
     * The scope that claims tell: {@code scp}, as Tesla has it, or {@code scope} (RFC 9068 2.2.3), each of which some servers
     * write as a list and others as a text.
     */
    public static Optional<Scope> scope(Map<String, Object> claims) {
        return scope(claims.get("scp")).or(() -> scope(claims.get("scope")));
    }

    /** A scope that is written as a text or a list of texts; empty if it is neither. */
    static Optional<Scope> scope(@Nullable Object value) {
        if (value instanceof String text) {
            return Optional.of(Scope.parse(text));
        }
        return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                ? Optional.of(Scope.parse(list.stream().map(String.class::cast).collect(Collectors.joining(" "))))
                : Optional.empty();
    }

    /** What a parser of the JOSE library does. */
    interface Parsing<T> {
        T parse() throws ParseException;
    }

    /** Parses with the JOSE library, which falls over a null where it expects an object: not its caller's mistake. */
    static <T> T parsed(Parsing<T> text) throws ParseException {
        try {
            return text.parse();
        } catch (RuntimeException e) {
            throw new ParseException("not what it should be", 0);
        }
    }

    /** A claim that is a text or a list of texts (RFC 7519 4.1.3), as a list; empty if there is none. */
    public static List<String> strings(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return claim == null ? List.of() : List.of(String.valueOf(claim));
    }
}
