package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fleetauth.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id under which a server, or the content network before it, can look an answer up. Only what has the form of one is
 * taken for one: a server could send anything back here.
 */
final class Reference {

    /** Tesla's authorization server has the first, its Fleet API the last. */
    private static final List<String> MEMBERS = List.of("referenceID", "referenceId", "reference_id", "txid");

    /** A UUID or 32 hexadecimal digits, perhaps with a time behind it. */
    private static final Pattern FORM = Pattern.compile(
            "(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})(?:-\\d{1,16})?", Pattern.CASE_INSENSITIVE);

    /** What the content network writes, a form that no token has. */
    private static final Pattern NETWORK_FORM = Pattern.compile("\\d{1,3}(?:\\.[0-9a-f]{4,12}){3}");

    private static final Pattern ON_PAGE = Pattern.compile("(?i)reference #(" + NETWORK_FORM + ")");

    private Reference() {}

    /** The id in an error's JSON; empty if there is none. */
    static String in(JsonNode json) {
        for (String member : MEMBERS) {
            String value = json.path(member).asText("");
            if (FORM.matcher(value).matches()) {
                return value;
            }
        }
        JsonNode nested = json.path("error");
        return nested.isObject() ? in(nested) : "";
    }

    /** The content network's id on a page or in its headers; empty if there is none. */
    static String of(HttpResponse answer) {
        String header = answer.header("x-reference-error").orElse("");
        if (NETWORK_FORM.matcher(header).matches()) {
            return header;
        }
        Matcher id = ON_PAGE.matcher(ServerText.withoutEntities(ServerText.head(answer)));
        return id.find() ? id.group(1) : "";
    }
}
