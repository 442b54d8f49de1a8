package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fleetauth.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id under which a server or content delivery network can look up a response. Only text in the form of such an id
 * is accepted, since a server could return anything here.
 */
public final class Reference {

    /** Tesla's authorization server uses the first, its Fleet API the last. */
    private static final List<String> MEMBERS = List.of("referenceID", "referenceId", "reference_id", "txid");

    /** A UUID or 32 hexadecimal digits, optionally followed by a timestamp. */
    private static final Pattern FORM = Pattern.compile(
            "(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})(?:-\\d{1,16})?", Pattern.CASE_INSENSITIVE);

    /** The form of the content delivery network's ids; no token has it. */
    private static final Pattern CDN_FORM = Pattern.compile("\\d{1,3}(?:\\.[0-9a-f]{4,12}){3}");

    private static final Pattern ON_PAGE = Pattern.compile("(?i)reference #(" + CDN_FORM + ")");

    private Reference() {}

    /** The id in the JSON of an error; empty if there is none. */
    public static String in(JsonNode json) {
        for (String member : MEMBERS) {
            String value = json.path(member).asText("");
            if (FORM.matcher(value).matches()) {
                return value;
            }
        }
        JsonNode nested = json.path("error");
        return nested.isObject() ? in(nested) : "";
    }

    /** The content delivery network's id on a page or in its headers; empty if there is none. */
    static String of(HttpResponse response) {
        String header = response.header("x-reference-error").orElse("");
        if (CDN_FORM.matcher(header).matches()) {
            return header;
        }
        Matcher id = ON_PAGE.matcher(ServerText.withoutEntities(ServerText.head(response)));
        return id.find() ? id.group(1) : "";
    }
}
