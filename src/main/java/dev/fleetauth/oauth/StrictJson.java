package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.JsonReader;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses untrusted JSON in UTF-8. Jackson's parser is not used: it loads {@code BigDecimal}, which computes powers
 * of five and takes a tenth of the time of a refresh.
 */
public final class StrictJson extends JsonReader {

    /** The number of digits that always fit into a {@code long}. */
    private static final int LONG_DIGITS = 18;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StrictJson(String text) {
        super(text, Limits.JSON_LEVELS);
    }

    /** Thrown if the JSON is rejected. The message gives the reason and quotes nothing of the content. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        /** The reason, as the end of a sentence. */
        public String why() {
            return why;
        }
    }

    /**
     * Parses an object.
     *
     * @param bytes the text, whose length the caller has limited
     * @throws Malformed if it is anything but a single object
     */
    public static ObjectNode object(byte[] bytes) throws Malformed {
        return (ObjectNode) node(map(bytes));
    }

    /** Parses an object as a map. */
    public static Map<String, Object> map(byte[] bytes) throws Malformed {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // RFC 8259 8.1: a byte order mark may be ignored.
            return new StrictJson(text.startsWith("\uFEFF") ? text.substring(1) : text).object();
        } catch (CharacterCodingException e) {
            throw new Malformed("is not UTF-8");
        } catch (MalformedException e) {
            throw new Malformed(e.why());
        }
    }

    /** A {@code Long}, {@code BigInteger} or {@code Double}; a number longer than any value in use stays text. */
    @Override
    protected Object number(String digits, boolean whole) {
        if (digits.length() > Limits.JSON_NUMBER_CHARACTERS) {
            return digits;
        }
        if (!whole) {
            return Double.valueOf(digits);
        }
        if (digits.length() <= LONG_DIGITS) {
            return Long.valueOf(digits);
        }
        BigInteger number = new BigInteger(digits);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    private static JsonNode node(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = NODES.objectNode();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                object.set(String.valueOf(member.getKey()), node(member.getValue()));
            }
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            for (Object element : list) {
                array.add(node(element));
            }
            return array;
        }
        if (value instanceof String text) {
            return NODES.textNode(text);
        }
        if (value instanceof Boolean bool) {
            return NODES.booleanNode(bool);
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number.longValue());
        }
        if (value instanceof Double number) {
            return NODES.numberNode(number.doubleValue());
        }
        return value instanceof BigInteger number ? NODES.numberNode(number) : NODES.nullNode();
    }

    /** A value as maps, lists, strings, numbers and booleans, for the JOSE library. */
    public static @Nullable Object plain(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return members(object);
        }
        if (node instanceof ArrayNode array) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (JsonNode element : array) {
                elements.add(plain(element));
            }
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

    /** The members of an object, each as {@link #plain}. */
    static Map<String, @Nullable Object> members(ObjectNode object) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            members.put(member.getKey(), plain(member.getValue()));
        }
        return members;
    }
}
