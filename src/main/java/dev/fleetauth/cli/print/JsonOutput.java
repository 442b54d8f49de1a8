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

    private static final ObjectMapper MAPPER = JsonMapper.builder(new JsonFactoryBuilder()
                    .characterEscapes(new InvisibleCharacters())
                    .build())
            .build();

    private JsonOutput() {}

    /** Escapes control and invisible characters, since a server may have chosen the text. */
    private static final class InvisibleCharacters extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return TerminalText.isInvisible(c) ? new SerializedString(TerminalText.escaped((char) c)) : null;
        }
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Converts maps, lists, strings, numbers and booleans to JSON. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** Puts a time in the format of RFC 3339, in UTC; null if there is none. */
    public static void putTime(ObjectNode json, String name, @Nullable Instant time) {
        json.put(name, TerminalText.time(time));
    }

    /** Puts a time in seconds since 1970-01-01 UTC; null if there is none. */
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
            throw new IllegalStateException("cannot write a JSON tree", e);
        }
    }
}
