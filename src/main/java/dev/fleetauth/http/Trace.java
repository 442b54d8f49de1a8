package dev.fleetauth.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fleetauth.model.Failure;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes two lines without secrets for each exchange. They contain the names of parameters, but no values, and from a
 * response only names that are known to be harmless, since a server may put a secret anywhere.
 */
final class Trace {

    private static final int MAX_NAMES = 40;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,40}");

    /** The media types of the protocol's responses and of web pages. */
    private static final Set<String> KNOWN_MEDIA_TYPES = Set.of(
            "application/json",
            "application/jwk-set+json",
            "application/jwt",
            "application/octet-stream",
            "application/problem+json",
            "application/x-www-form-urlencoded",
            "application/xhtml+xml",
            "application/xml",
            "text/html",
            "text/plain",
            "text/xml");

    /** The members of the protocol's responses: metadata (RFC 8414), keys (RFC 7517), tokens and errors (RFC 6749). */
    private static final Set<String> KNOWN_MEMBERS = Set.of(
            "access_token",
            "active",
            "authorization_endpoint",
            "error",
            "error_description",
            "error_uri",
            "expires_in",
            "id_token",
            "issuer",
            "jwks_uri",
            "keys",
            "refresh_expires_in",
            "refresh_token",
            "response",
            "revocation_endpoint",
            "scope",
            "state",
            "token_endpoint",
            "token_type");

    private final Consumer<String> sink;

    Trace(Consumer<String> sink) {
        this.sink = sink;
    }

    void request(String method, URI uri, @Nullable String form) {
        String query = uri.getRawQuery();
        sink.accept("> " + method + " " + Addresses.shown(uri) + (query == null ? "" : "?" + names(query, "=…", "&"))
                + (form == null ? "" : " (" + names(form, "", ", ") + ")"));
    }

    void response(HttpResponse response, ExchangeProgress progress) {
        String media = response.mediaType();
        List<String> parts = new ArrayList<>();
        if (!media.isEmpty()) {
            parts.add(KNOWN_MEDIA_TYPES.contains(media) ? media : "an unusual media type");
        }
        parts.add(response.body().length + " bytes");
        parts.add(progress.elapsed().toMillis() + " ms");
        sink.accept("< " + response.status() + " " + String.join(", ", parts) + members(response.body()));
    }

    void failure(Failure failure, ExchangeProgress progress) {
        sink.accept("< failed, " + progress.elapsed().toMillis() + " ms: "
                + failure.fields().get("why"));
    }

    /** The names of form-urlencoded parameters. */
    private static String names(String parameters, String after, String between) {
        List<String> names = new ArrayList<>();
        for (String parameter : parameters.split("&", -1)) {
            int equals = parameter.indexOf('=');
            // A parameter without "=" may be a value.
            boolean harmless =
                    equals > 0 && NAME.matcher(parameter.substring(0, equals)).matches();
            names.add(harmless ? parameter.substring(0, equals) + after : "…");
            if (names.size() == MAX_NAMES) {
                break;
            }
        }
        return String.join(between, names);
    }

    /** The known members of a JSON object, and the number of others; empty for anything else. */
    private static String members(byte[] body) {
        List<String> known = new ArrayList<>();
        int others = 0;
        try (JsonParser parser = new JsonFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return "";
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (KNOWN_MEMBERS.contains(name) && known.size() < MAX_NAMES) {
                    known.add(name);
                } else {
                    others++;
                }
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The caller reports what is wrong with the response.
            return "";
        }
        if (others > 0) {
            known.add(others == 1 ? "1 other" : others + " others");
        }
        return known.isEmpty() ? "" : " (" + String.join(", ", known) + ")";
    }
}
