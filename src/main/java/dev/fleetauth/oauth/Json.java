package dev.fleetauth.oauth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.host.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON (RFC 8259) that others wrote: an object in UTF-8, no member twice, since programs differ in which one they
 * take, and nothing behind it.
 */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Limits.JSON_LEVELS)
                            .maxNumberLength(Limits.JSON_NUMBER_CHARACTERS)
                            .maxNameLength(Limits.JSON_NAME_CHARACTERS)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Why a text is not taken, in words that hold nothing of it. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /**
     * @param bytes of which the caller has bounded the number
     * @throws Malformed if it is anything but one object
     */
    static ObjectNode object(byte[] bytes) throws Malformed {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // RFC 8259 8.1: a byte order mark may be passed over.
            JsonNode node = MAPPER.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new Malformed("is not a JSON object");
        } catch (CharacterCodingException e) {
            throw new Malformed("is not UTF-8");
        } catch (StreamConstraintsException e) {
            throw new Malformed("is nested too deeply, or holds a number or a name that is too long");
        } catch (JsonProcessingException e) {
            throw new Malformed("is not well-formed JSON, or has a member twice");
        }
    }
}
