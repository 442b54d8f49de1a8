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
 * An answer as a person pastes it: what {@code curl} or {@code curl -i} printed, a line of a log, the address of a
 * callback, or a text.
 *
 * @param form what it is
 * @param status its HTTP status; 0 if that is not in it
 * @param code its error code; empty if it has none
 * @param said what it says, as it may be shown; empty if nothing
 * @param reference the id under which the server can look it up; empty if it has none
 * @param text all its words, which may hold secrets and are not to be shown
 */
public record PastedError(Form form, int status, String code, String said, String reference, String text) {

    /** What was pasted. */
    public enum Form {
        /** An error as OAuth has it. */
        OAUTH_ERROR,
        /** An error of the Fleet API, by the members that it alone has. */
        FLEET_API_ERROR,
        /** A page. */
        PAGE,
        /** A callback that carries an error. */
        CALLBACK,
        /** A callback that carries a code. */
        CODE,
        /** An answer with tokens, or a token. */
        TOKENS,
        /** Other JSON, which tells of no error. */
        OTHER_JSON,
        /** A text, such as an error code. */
        TEXT
    }

    /** One of each proxy on the way, some that say to go on, and the answer itself. */
    private static final int MAX_ANSWERS = 10;

    /** Objects in a log line: what was sent, and what came back. */
    private static final int MAX_OBJECTS = 10;

    /** What is shown of a server's words. */
    private static final int MAX_MESSAGE_CHARS = 200;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3})\\b.*");
    private static final Pattern STATUS_IN_WORDS =
            Pattern.compile("(?<![^\\s(\\[<=:'\"])([45]\\d\\d)(?![^\\s:,;)\\]>'\"])");
    private static final Pattern BLANK = Pattern.compile("\\s");
    private static final Pattern TOKEN = Pattern.compile("(?:Bearer\\s+)?[A-Za-z0-9._~+/-]{40,}=*");
    private static final List<String> TOKEN_MEMBERS = List.of("access_token", "refresh_token", "id_token");
    private static final URI NOWHERE = URI.create("https://pasted.invalid");

    /** Neither the text nor the secrets in it. */
    @Override
    public String toString() {
        return "PastedAnswer[" + form + "]";
    }

    /** Reads what was pasted. Whatever it is, it is something. */
    public static PastedError read(String pasted) {
        HttpResponse answer = answer(pasted.startsWith("\uFEFF") ? pasted.substring(1) : pasted);
        String text = answer.text().strip();
        try {
            return ofJson(answer.status(), StrictJson.object(text.getBytes(StandardCharsets.UTF_8)));
        } catch (StrictJson.Malformed e) {
            // Not JSON alone: one of the others.
        }
        if (ResponseClassifier.isHtml(answer)) {
            return new PastedError(
                    Form.PAGE,
                    answer.status(),
                    "",
                    ResponseClassifier.title(answer, List.of()),
                    Reference.of(answer),
                    ServerText.withoutEntities(answer.text()) + " "
                            + answer.header("server").orElse(""));
        }
        if (isAddress(text)) {
            return ofAddress(answer.status(), text);
        }
        if (TOKEN.matcher(text).matches()) {
            return new PastedError(Form.TOKENS, answer.status(), "", "", "", "");
        }
        return inWords(answer.status(), text)
                .orElseGet(() -> new PastedError(
                        Form.TEXT,
                        answer.status() > 0 ? answer.status() : firstStatus(text),
                        text.contains("\n") ? "" : text,
                        ServerText.withoutTokens(text, MAX_MESSAGE_CHARS),
                        "",
                        text));
    }

    /** An answer in a log line or an exception: an object among other words, and perhaps its status before it. */
    private static Optional<PastedError> inWords(int status, String text) {
        int start = text.indexOf('{');
        for (int i = 0; i < MAX_OBJECTS && start >= 0; i++) {
            int end = endOfObject(text, start);
            Optional<ObjectNode> object = object(text.substring(start, end));
            if (object.isPresent()) {
                PastedError answer = ofJson(status > 0 ? status : lastStatus(text.substring(0, start)), object.get());
                if (answer.form() != Form.OTHER_JSON) {
                    return Optional.of(answer);
                }
            }
            start = text.indexOf('{', object.isPresent() ? end : start + 1);
        }
        return Optional.empty();
    }

    /** Where an object ends, by its braces outside of quotes; the end of the text if it does not. */
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
                // Neither JSON nor a dict, or the other of them.
            }
        }
        return Optional.empty();
    }

    private static int firstStatus(String text) {
        Matcher status = STATUS_IN_WORDS.matcher(text);
        return status.find() ? Integer.parseInt(status.group(1)) : 0;
    }

    private static int lastStatus(String text) {
        return STATUS_IN_WORDS
                .matcher(text)
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .reduce(0, (earlier, later) -> later);
    }

    /** Whether it is the address of a callback, or its query alone. */
    private static boolean isAddress(String text) {
        return (text.contains("error=") || text.contains("code="))
                && !BLANK.matcher(text).find();
    }

    /** The last answer that was printed, without those of a proxy and those before a body was sent. */
    private static HttpResponse answer(String pasted) {
        String rest = pasted.stripLeading();
        int status = 0;
        Map<String, List<String>> headers = Map.of();
        for (int i = 0; i < MAX_ANSWERS; i++) {
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
        // Tesla's authorization page answered with an object here in 2023.
        String code = error.isObject() ? error.path("reason").asText("") : error.asText("");
        String description = error.isObject()
                ? error.path("message").asText("")
                : json.path("error_description").asText("");
        if (code.isEmpty() && description.isEmpty()) {
            return new PastedError(Form.OTHER_JSON, status, "", "", Reference.in(json), "");
        }
        boolean isApi = json.has("response") || json.has("txid");
        return new PastedError(
                isApi ? Form.FLEET_API_ERROR : error.isObject() ? Form.PAGE : Form.OAUTH_ERROR,
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
                new AuthorizationResponse.ErrorResponse(error, description).said(),
                "",
                error + " " + description);
    }
}
