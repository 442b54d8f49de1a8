package dev.fleetauth.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON output, whose members are documented in {@code docs/schema}. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Any value of maps, lists and texts as JSON. */
    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** A moment as RFC 3339 UTC; null if there is none. */
    static void putTime(ObjectNode json, String name, @Nullable Instant time) {
        json.put(name, Text.time(time));
    }

    /** A moment as seconds since 1970 UTC; null if there is none. */
    static void putEpoch(ObjectNode json, String name, @Nullable Instant time) {
        json.put(name, time == null ? null : time.getEpochSecond());
    }

    static void putList(ObjectNode json, String name, List<String> values) {
        ArrayNode list = json.putArray(name);
        values.forEach(list::add);
    }

    static String text(JsonNode json) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
