package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.http.HttpResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error that a user pastes: output of {@code curl} or {@code curl -i}, a log line, the address of a callback, or
 * plain text.
 *
 * @param form its form
 * @param status its HTTP status; 0 if unknown
 * @param code its error code, or a single line of plain text; empty if it has none
 * @param message its message, safe to show; empty if it has none
 * @param reference the id under which the server can look it up; empty if it has none
 * @param text the part that is searched for known errors; it may contain secrets and must not be shown
 */
public record PastedError(Form form, int status, String code, String message, String reference, String text) {

    /** The form of a pasted error. */
    public enum Form {
        /** An OAuth error. */
        OAUTH_ERROR,
        /** An error of the Fleet API, recognized by members that only it has. */
        FLEET_API_ERROR,
        /** An error page in HTML. */
        PAGE,
        /** An error page as JSON, whose {@code error} is an object. */
        JSON_PAGE,
        /** A callback with an error. */
        CALLBACK,
        /** A callback with a code. */
        CODE,
        /** A token, or a response with tokens. */
        TOKENS,
        /** Other JSON, without an error. */
        OTHER_JSON,
        /** Plain text, such as an error code. */
        TEXT
    }

    /** The maximum number of responses: those of proxies, interim responses, and the final one. */
    private static final int MAX_RESPONSES = 10;

    /** The maximum number of objects in a log line, such as a request and its response. */
    private static final int MAX_OBJECTS = 10;

    /** The maximum length of a server's message that is shown. */
    private static final int MAX_MESSAGE_CHARS = 200;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3})\\b.*");
    private static final Pattern STATUS_IN_TEXT =
            Pattern.compile("(?<![^\\s(\\[<=:'\"])([45]\\d\\d)(?![^\\s:,;)\\]>'\"])");
    private static final Pattern BLANK = Pattern.compile("\\s");
    private static final Pattern TOKEN = Pattern.compile("(?:Bearer\\s+)?[A-Za-z0-9._~+/-]{40,}=*");
    private static final List<String> TOKEN_MEMBERS = List.of("access_token", "refresh_token", "id_token");
    private static final URI NOWHERE = URI.create("https://pasted.invalid");

    /** Omits the text, which may contain secrets. */
    @Override
    public String toString() {
        return "PastedError[" + form + "]";
    }

    /** Parses pasted text. This never fails: any text has one of the forms. */
    public static PastedError read(String pasted) {
        HttpResponse response = response(pasted.startsWith("\uFEFF") ? pasted.substring(1) : pasted);
        String text = response.text().strip();
        try {
            return ofJson(response.status(), StrictJson.object(text.getBytes(StandardCharsets.UTF_8)));
        } catch (StrictJson.Malformed e) {
            // Not plain JSON: try the other forms.
        }
        if (ResponseClassifier.isHtml(response)) {
            return new PastedError(
                    Form.PAGE,
                    response.status(),
                    "",
                    ResponseClassifier.title(response, List.of()),
                    Reference.of(response),
                    ServerText.withoutEntities(response.text()) + " "
                            + response.header("server").orElse(""));
        }
        if (isAddress(text)) {
            return ofAddress(response.status(), text);
        }
        if (TOKEN.matcher(text).matches()) {
            return new PastedError(Form.TOKENS, response.status(), "", "", "", "");
        }
        return embedded(response.status(), text)
                .orElseGet(() -> new PastedError(
                        Form.TEXT,
                        response.status() > 0 ? response.status() : firstStatus(text),
                        text.contains("\n") ? "" : text,
                        ServerText.withoutTokens(text, MAX_MESSAGE_CHARS),
                        "",
                        text));
    }

    /** An error in a log line or exception message: a JSON object within other text, perhaps preceded by a status. */
    private static Optional<PastedError> embedded(int status, String text) {
        int start = text.indexOf('{');
        for (int i = 0; i < MAX_OBJECTS && start >= 0; i++) {
            int end = endOfObject(text, start);
            Optional<ObjectNode> object = object(text.substring(start, end));
            if (object.isPresent()) {
                PastedError response = ofJson(status > 0 ? status : lastStatus(text.substring(0, start)), object.get());
                if (response.form() != Form.OTHER_JSON) {
                    return Optional.of(response);
                }
            }
            start = text.indexOf('{', object.isPresent() ? end : start + 1);
        }
        return Optional.empty();
    }

    /** The index after a JSON object, found by its braces outside quotes; the end of the text if it is not closed. */
    private static int endOfObject(String text, int start) {
        int depth = 0;
        char quote = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i + 1;
            }
        }
        return text.length();
    }

    private static Optional<ObjectNode> object(String text) {
        for (String json : List.of(text, PythonDict.toJson(text))) {
            try {
                return Optional.of(StrictJson.object(json.getBytes(StandardCharsets.UTF_8)));
            } catch (StrictJson.Malformed e) {
                // Not in this format.
            }
        }
        return Optional.empty();
    }

    private static int firstStatus(String text) {
        Matcher status = STATUS_IN_TEXT.matcher(text);
        return status.find() ? Integer.parseInt(status.group(1)) : 0;
    }

    private static int lastStatus(String text) {
        return STATUS_IN_TEXT
                .matcher(text)
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .reduce(0, (earlier, later) -> later);
    }

    /** Whether a string is the address of a callback, or its query. */
    private static boolean isAddress(String text) {
        return (text.contains("error=") || text.contains("code="))
                && !BLANK.matcher(text).find();
    }

    /** The final response in the output, without those of proxies and interim responses. */
    private static HttpResponse response(String pasted) {
        String rest = pasted.stripLeading();
        int status = 0;
        Map<String, List<String>> headers = Map.of();
        for (int i = 0; i < MAX_RESPONSES; i++) {
            Matcher line = statusLine(rest);
            if (!line.matches()) {
                break;
            }
            status = Integer.parseInt(line.group(1));
            headers = new LinkedHashMap<>();
            String[] parts = rest.split("\\r?\\n\\r?\\n", 2);
            for (String header : parts[0].split("\\r?\\n", -1)) {
                int colon = header.indexOf(':');
                if (colon > 0) {
                    headers.computeIfAbsent(
                                    header.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                                    unused -> new ArrayList<>())
                            .add(header.substring(colon + 1).strip());
                }
            }
            rest = parts.length == 2 ? parts[1] : "";
        }
        return new HttpResponse(NOWHERE, status, headers, rest.getBytes(StandardCharsets.UTF_8));
    }

    private static Matcher statusLine(String text) {
        return STATUS_LINE.matcher(text.lines().findFirst().orElse(""));
    }

    private static PastedError ofJson(int status, ObjectNode json) {
        if (TOKEN_MEMBERS.stream().anyMatch(json::has)) {
            return new PastedError(Form.TOKENS, status, "", "", "", "");
        }
        JsonNode error = json.path("error");
        // In 2023 Tesla's authorization page responded with an object as the value of "error".
        String code = error.isObject() ? error.path("reason").asText("") : error.asText("");
        String description = error.isObject()
                ? error.path("message").asText("")
                : json.path("error_description").asText("");
        if (code.isEmpty() && description.isEmpty()) {
            return new PastedError(Form.OTHER_JSON, status, "", "", Reference.in(json), "");
        }
        boolean isApi = json.has("response") || json.has("txid");
        return new PastedError(
                isApi ? Form.FLEET_API_ERROR : error.isObject() ? Form.JSON_PAGE : Form.OAUTH_ERROR,
                status,
                code,
                ServerText.withoutTokens(code + (description.isEmpty() ? "" : ": " + description), MAX_MESSAGE_CHARS),
                Reference.in(json),
                code + " " + description);
    }

    private static PastedError ofAddress(int status, String address) {
        Map<String, List<String>> parameters;
        try {
            parameters = Query.parameters(address.substring(address.indexOf('?') + 1));
        } catch (IllegalArgumentException e) {
            parameters = Map.of();
        }
        String error = Query.first(parameters, "error");
        if (error.isEmpty()) {
            boolean hasCode = parameters.containsKey("code");
            return new PastedError(hasCode ? Form.CODE : Form.TEXT, status, "", "", "", "");
        }
        String description = Query.first(parameters, "error_description");
        return new PastedError(
                Form.CALLBACK,
                status,
                error,
                new AuthorizationResponse.ErrorResponse(error, description).message(),
                "",
                error + " " + description);
    }
}
