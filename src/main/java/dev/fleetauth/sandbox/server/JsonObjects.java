package dev.fleetauth.sandbox.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Reads, writes and changes JSON objects. */
public final class JsonObjects {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonObjects() {}

    public static byte[] bytes(Map<String, ?> members) {
        try {
            return MAPPER.writeValueAsBytes(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a value cannot be written as JSON", e);
        }
    }

    /** A string member of an object; empty if there is no such string, or the bytes are not a JSON object. */
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
     * @param changes the new values, as JSON, by member name; an empty string removes the member
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
            throw new IllegalArgumentException("the object, or a member's new value, is not JSON", e);
        }
    }
}
