package dev.fleetauth.sandbox.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** JSON objects, written and changed. */
public final class JsonObjects {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonObjects() {}

    public static byte[] bytes(Map<String, ?> members) {
        try {
            return MAPPER.writeValueAsBytes(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("only texts, numbers, lists and maps are written", e);
        }
    }

    /** A text among an object's members; nothing if there is none, or the body is no object. */
    public static Optional<String> text(byte[] object, String name) {
        try {
            return Optional.ofNullable(MAPPER.readTree(object))
                    .map(node -> node.get(name))
                    .map(JsonNode::textValue);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * An object with some members replaced.
     *
     * @param changes for each name the new value as JSON; an empty text takes the member out
     */
    static byte[] changed(byte[] object, Map<String, String> changes) {
        try {
            ObjectNode node = (ObjectNode) MAPPER.readTree(object);
            for (Map.Entry<String, String> change : changes.entrySet()) {
                if (change.getValue().isEmpty()) {
                    node.remove(change.getKey());
                } else {
                    node.set(change.getKey(), MAPPER.readTree(change.getValue()));
                }
            }
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new IllegalArgumentException("a member's new value is not JSON", e);
        }
    }
}
