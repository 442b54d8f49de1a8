package dev.fleetauth.oauth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) that others wrote: an object in UTF-8, no member twice, since programs differ in which one they
 * take, and nothing behind it.
 */
public final class StrictJson {

    private static final JsonFactory PARSERS = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.JSON_LEVELS)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Limits.JSON_NAME_CHARACTERS)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final String NOT_JSON = "is not well-formed JSON, or has a member twice";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static {
        // With this class all that it takes is ready, and nobody who waits for it finds half of it in another thread's
        // hands.
        try {
            object(PARSERS.createParser("{}"));
        } catch (IOException | Malformed e) {
            throw new IllegalStateException("this is JSON", e);
        }
    }

    private StrictJson() {}

    /** Does nothing, after which everything is ready. */
    static void getReady() {}

    /** Why a text is not taken, in words that hold nothing of it. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        /** What is wrong with it, as the end of a sentence. */
        public String why() {
            return why;
        }
    }

    /**
     * The object that a text is.
     *
     * @param bytes of which the caller has bounded the number
     * @throws Malformed if it is anything but one object
     */
    public static ObjectNode object(byte[] bytes) throws Malformed {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // RFC 8259 8.1: a byte order mark may be passed over.
            return object(PARSERS.createParser(text.startsWith("\uFEFF") ? text.substring(1) : text));
        } catch (CharacterCodingException e) {
            throw new Malformed("is not UTF-8");
        } catch (StreamConstraintsException e) {
            throw new Malformed("is nested too deeply, or holds a name that is too long");
        } catch (IOException e) {
            throw new Malformed(NOT_JSON);
        }
    }

    /** Without an {@code ObjectMapper}, which on a cold JVM takes longer to get ready than a request takes. */
    private static ObjectNode object(JsonParser in) throws IOException, Malformed {
        try (in) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("is not a JSON object");
            }
            ObjectNode object = members(in);
            if (in.nextToken() != null) {
                throw new Malformed(NOT_JSON);
            }
            return object;
        }
    }

    private static ObjectNode members(JsonParser in) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            object.set(name, value(in));
        }
        return object;
    }

    private static ArrayNode elements(JsonParser in) throws IOException {
        ArrayNode array = NODES.arrayNode();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(in));
        }
        return array;
    }

    private static JsonNode value(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case START_OBJECT -> members(in);
            case START_ARRAY -> elements(in);
            case VALUE_STRING -> NODES.textNode(in.getText());
            // What is longer than any number that is looked at stays text, whose length the caller has bounded.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                in.getTextLength() > Limits.JSON_NUMBER_CHARACTERS ? NODES.textNode(in.getText()) : number(in);
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(in.getBooleanValue());
            default -> NODES.nullNode();
        };
    }

    private static JsonNode number(JsonParser in) throws IOException {
        return switch (in.currentToken()) {
            case VALUE_NUMBER_INT ->
                in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? NODES.numberNode(in.getBigIntegerValue())
                        : NODES.numberNode(in.getLongValue());
            default -> NODES.numberNode(in.getDoubleValue());
        };
    }

    /** A value as maps, lists, texts, numbers and booleans, for the JOSE library. */
    static @Nullable Object plain(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return members(object);
        }
        if (node instanceof ArrayNode array) {
            List<@Nullable Object> elements = new ArrayList<>();
            array.forEach(element -> elements.add(plain(element)));
            return elements;
        }
        if (node.isNumber()) {
            return node.numberValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.textValue();
    }

    /** An object's members as {@link #plain}. */
    static Map<String, @Nullable Object> members(ObjectNode object) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), plain(member.getValue())));
        return members;
    }
}
