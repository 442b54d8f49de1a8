package dev.fleetauth.cli.print;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON output, whose members are documented in {@code docs/schema}. */
public final class JsonOutput {

    private static final ObjectMapper MAPPER = JsonMapper.builder(
                    new JsonFactoryBuilder().characterEscapes(new Unseen()).build())
            .build();

    private JsonOutput() {}

    /** Writes what a terminal would obey, or a person could not see, as JSON escapes it; others may have chosen the text. */
    private static final class Unseen extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return TerminalText.isUnseen(c) ? new SerializedString(TerminalText.escaped((char) c)) : null;
        }
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Any value of maps, lists and texts as JSON. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** A moment as RFC 3339 UTC; null if there is none. */
    public static void putTime(ObjectNode json, String name, @Nullable Instant time) {
        json.put(name, TerminalText.time(time));
    }

    /** A moment as seconds since 1970 UTC; null if there is none. */
    public static void putEpoch(ObjectNode json, String name, @Nullable Instant time) {
        json.put(name, time == null ? null : time.getEpochSecond());
    }

    public static void putList(ObjectNode json, String name, List<String> values) {
        ArrayNode list = json.putArray(name);
        values.forEach(list::add);
    }

    public static String text(JsonNode json) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
