package dev.fleetauth.host.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.fleetauth.host.file.MalformedException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store's own JSON, against the standard and against the JSON code of the JOSE library. */
class CanonicalJsonTest {

    private static final int ROUNDS = 2_000;
    private static final String CHARACTERS = "ab \"\\/\b\f\n\r\t\0\u001f\u007f{}[],:é€\u2028\u2029😀'<&";

    private static final String INSERTED = "{}[]:,\"\\ \n0-.1tfn";

    private final Random random = new Random(20_260_102);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "\"a\"",
                "{",
                "}",
                "{}}",
                "{}x",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\" 1}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1;\"b\":2}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1,\"a\":1}",
                "{\"b\":{\"a\":1,\"a\":1}}",
                "{\"a\":1,\"\\u0061\":1}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "{\"a\":01}",
                "{\"a\":-}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":0x1}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":tru}",
                "{\"a\":True}",
                "{\"a\":nul}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\u\u0661234\"}",
                "{\"a\":\"b}",
                "{\"a\":/*b*/1}",
                "\ufeff{}",
                "\u00a0{}"
            })
    void whatIsNotAnObjectIsRejected(String text) {
        assertThatThrownBy(() -> CanonicalJson.object(text))
                .isInstanceOf(MalformedException.class)
                .hasMessage("its content is not a JSON object");
    }

    @Test
    void nestingIsLimited() throws Exception {
        assertThat(CanonicalJson.object("{\"a\":".repeat(15) + "{}" + "}".repeat(15)))
                .hasSize(1);
        assertThatThrownBy(() -> CanonicalJson.object("{\"a\":".repeat(100_000)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> CanonicalJson.object("{\"a\":" + "[".repeat(100_000)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void integersAreLongsAndOtherNumbersDoubles() throws Exception {
        assertThat(CanonicalJson.object("{\"a\":-0,\"b\":9223372036854775807,\"c\":-9223372036854775808}"))
                .isEqualTo(Map.of("a", 0L, "b", Long.MAX_VALUE, "c", Long.MIN_VALUE));
        assertThat(CanonicalJson.object("{\"a\":1.0,\"b\":1e0,\"c\":-2.5E+1,\"d\":9223372036854775808}"))
                .isEqualTo(Map.of("a", 1.0, "b", 1.0, "c", -25.0, "d", 9.223372036854776E18));
    }

    @Test
    void writesAsTheLibraryDoesAndReadsItBack() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, Object> object = object(3);
            String text = CanonicalJson.write(object);

            assertThat(text).isEqualTo(JSONObjectUtils.toJSONString(object));
            assertThat(CanonicalJson.object(text)).isEqualTo(object);
        }
    }

    @Test
    void readsAsTheLibraryDoes() throws ParseException {
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(CanonicalJson.write(object(2)));
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                text.insert(random.nextInt(text.length()), INSERTED.charAt(random.nextInt(INSERTED.length())));
            }
            Map<String, Object> object;
            try {
                object = CanonicalJson.object(text.toString());
            } catch (MalformedException e) {
                continue;
            }
            read++;
            assertThat(object).as("%s", text).isEqualTo(JSONObjectUtils.parse(text.toString()));
        }
        assertThat(read).isBetween(ROUNDS / 20, ROUNDS);
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int members = random.nextInt(4); members > 0; members--) {
            object.put(text(), value(depth));
        }
        return object;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextBoolean();
            case 4 -> object(depth - 1);
            case 5 -> list(depth - 1);
            default -> text();
        };
    }

    private List<Object> list(int depth) {
        List<Object> list = new ArrayList<>();
        for (int elements = random.nextInt(3); elements > 0; elements--) {
            list.add(value(depth));
        }
        return list;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(8); length > 0; length--) {
            int[] all = CHARACTERS.codePoints().toArray();
            text.appendCodePoint(all[random.nextInt(all.length)]);
        }
        return text.toString();
    }
}
