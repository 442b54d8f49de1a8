package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.fleetauth.host.file.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which records open, and which are refused. */
class EnvelopeTest {

    private static final byte[] PLAINTEXT = "what is kept".getBytes(StandardCharsets.UTF_8);

    private final StoreKeys keys = StoreKeys.create(Forge.RANDOM);

    @Test
    void aSealedRecordOpens() throws Exception {
        Envelope opened = open(seal());

        assertThat(opened.session()).isEqualTo("session-1");
        assertThat(opened.generation()).isEqualTo(7);
        assertThat(opened.plaintext()).isEqualTo(PLAINTEXT);
    }

    @Test
    void theHeaderHasExactlyTheMembersOfTheFormat() throws Exception {
        String[] parts = seal().split("\\.", -1);

        assertThat(JSONObjectUtils.parse(new Base64URL(parts[0]).decodeToString()))
                .isEqualTo(header());
        assertThat(parts).hasSize(5);
        assertThat(parts[1]).isEmpty();
    }

    @Test
    void sealingTwiceYieldsDifferentRecords() {
        assertThat(seal()).isNotEqualTo(seal());
    }

    @Test
    void aRecordSealedWithoutOurCodeOpens() throws Exception {
        assertThat(open(forge(header())).plaintext()).isEqualTo(PLAINTEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alg", "enc", "kid", "typ", "version", "store", "profile", "session", "generation"})
    void aHeaderWithoutAMemberIsRefused(String name) {
        Map<String, Object> header = header();
        header.remove(name);
        assertRefused(forge(header));

        header.put(name, null);
        assertRefused(forge(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alg", "enc", "kid", "typ", "version", "store", "profile", "session", "generation"})
    void aMemberOfAnotherTypeIsRefused(String name) {
        Map<String, Object> header = header();
        header.put(name, header.get(name) instanceof Long ? "1" : (Object) 1L);
        assertRefused(forge(header));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alg        | \"A256KW\"",
                "alg        | \"none\"",
                "enc        | \"A128GCM\"",
                "enc        | \"A256CBC-HS512\"",
                "kid        | \"another\"",
                "kid        | \"\"",
                "typ        | \"fleetauth-keys\"",
                "typ        | \"Fleetauth-Profile\"",
                "version    | 2",
                "version    | 0",
                "version    | 1.0",
                "version    | -1",
                "version    | 18446744073709551617",
                "store      | \"another\"",
                "profile    | \"bus\"",
                "profile    | \"CAR\"",
                "session    | \"\"",
                "generation | -1",
                "generation | 7.0",
                "generation | 9223372036854775808",
                "generation | true"
            })
    void aMemberWithAnotherValueIsRefused(String name, String value) {
        String header =
                JSONObjectUtils.toJSONString(header()).replaceAll(quoted(name) + ":[^,}]*", quoted(name) + ":" + value);
        assertRefused(Forge.direct(header, PLAINTEXT, keys.current()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"zip\":\"DEF\"",
                "\"zip\":null",
                "\"crit\":[\"exp\"]",
                "\"crit\":[]",
                "\"cty\":\"json\"",
                "\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}",
                "\"p2c\":1000",
                "\"extra\":1",
                "\"extra\":null",
                "\"alg\":\"dir\"",
                "\"profile\":\"car\"",
                "\"generation\":8"
            })
    void unknownAndDuplicateMembersAreRefused(String member) {
        String header = JSONObjectUtils.toJSONString(header());
        assertRefused(Forge.direct(header.replace("}", "," + member + "}"), PLAINTEXT, keys.current()));
        assertRefused(Forge.direct(header.replace("{", "{" + member + ","), PLAINTEXT, keys.current()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "\"dir\"", "{\"alg\":\"dir\"}x"})
    void aHeaderThatIsNotAnObjectIsRefused(String header) {
        assertRefused(Forge.direct(header, PLAINTEXT, keys.current()));
    }

    @Test
    void aNewerFormatVersionIsReportedAsSuch() {
        Map<String, Object> header = header();
        header.put("version", 2L);
        header.put("new", "member");

        assertThat(refusal(forge(header))).isEqualTo("its format version is 2, but this fleetauth supports only 1");
    }

    @Test
    void aChangedCharacterIsRefused() {
        String sealed = seal();
        for (int i = 0; i < sealed.length(); i++) {
            for (char other : new char[] {'A', 'z', '_', '.', '=', '*', ' ', '\n', '\u00e9', '\0'}) {
                if (sealed.charAt(i) != other) {
                    String changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
                    assertThat(refusal(changed))
                            .as("character %d as %s", i, other)
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void removedOrInsertedTextIsRefused() {
        String sealed = seal();
        for (int i = 0; i < sealed.length(); i++) {
            assertRefused(sealed.substring(0, i));
            assertRefused(sealed.substring(i + 1));
            assertRefused(sealed.substring(0, i) + sealed.substring(i + 1));
            assertRefused(sealed.substring(0, i) + 'A' + sealed.substring(i));
            assertRefused(sealed.substring(0, i) + '.' + sealed.substring(i));
        }
        assertRefused(sealed + "\n\n");
        assertRefused(sealed + "\r\n");
        assertRefused(" " + sealed);
        assertRefused("\n" + sealed);
    }

    /** The library alone would accept this: it joins ciphertext and tag before it decrypts. */
    @Test
    void theBoundaryBetweenCiphertextAndTagCannotBeMoved() {
        String sealed = seal();
        int dot = sealed.lastIndexOf('.');

        assertRefused(sealed.substring(0, dot - 4) + "." + sealed.substring(dot - 4, dot) + sealed.substring(dot + 1));
        assertRefused(sealed.substring(0, dot) + sealed.substring(dot + 1, dot + 5) + "." + sealed.substring(dot + 5));
    }

    @Test
    void onlyAPrefixCountsAsTruncated() {
        String sealed = seal();
        for (int i = 0; i < sealed.length(); i++) {
            assertThat(Jwe.isTruncated(sealed.substring(0, i))).as("%d", i).isTrue();
        }
        for (String whole :
                new String[] {sealed, sealed + "\n", sealed + "A", "garbage", "x", "eyJ\0", "eyJ a", "eyJ....."}) {
            assertThat(Jwe.isTruncated(whole)).as(whole).isFalse();
        }
    }

    @Test
    void aPartOfAnotherRecordIsRefused() {
        String[] one = seal().split("\\.", -1);
        for (int i : new int[] {2, 3, 4}) {
            String[] mixed = one.clone();
            mixed[i] = new Envelope("session-1", 7, "some other..".getBytes(StandardCharsets.UTF_8))
                    .seal(keys, Profiles.NAME, Forge.RANDOM)
                    .split("\\.", -1)[i];
            assertRefused(String.join(".", mixed));
        }
    }

    @Test
    void anEncryptedKeyIsRefused() {
        assertRefused(seal().replace("..", ".AAAA."));
    }

    @Test
    void theKeysOfAnotherStoreDoNotOpenARecord() {
        StoreKeys others = StoreKeys.create(Forge.RANDOM);
        assertThat(catchThrowableOfType(MalformedException.class, () -> Envelope.open(seal(), others, Profiles.NAME)))
                .isNotNull();
    }

    @Test
    void anotherKeyWithTheRightKeyIdIsRefused() {
        Map<String, Object> header = header();
        assertRefused(Forge.direct(
                JSONObjectUtils.toJSONString(header),
                PLAINTEXT,
                StoreKeys.create(Forge.RANDOM).current()));
    }

    @Test
    void aLineFeedAfterARecordIsAccepted() {
        assertThatCode(() -> open(seal() + "\n")).doesNotThrowAnyException();
    }

    private String seal() {
        return new Envelope("session-1", 7, PLAINTEXT).seal(keys, Profiles.NAME, Forge.RANDOM);
    }

    private Map<String, Object> header() {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "dir");
        header.put("enc", "A256GCM");
        header.put("kid", keys.current().getKeyID());
        header.put("typ", "fleetauth-profile");
        header.put("version", 1L);
        header.put("store", keys.store());
        header.put("profile", "car");
        header.put("session", "session-1");
        header.put("generation", 7L);
        return header;
    }

    private String forge(Map<String, Object> header) {
        return Forge.direct(JSONObjectUtils.toJSONString(header), PLAINTEXT, keys.current());
    }

    private Envelope open(String text) throws MalformedException {
        return Envelope.open(text, keys, Profiles.NAME);
    }

    private void assertRefused(String text) {
        assertThat(refusal(text)).as("%s", text).isNotEmpty();
    }

    private String refusal(String text) {
        MalformedException refused = catchThrowableOfType(MalformedException.class, () -> open(text));
        return refused == null ? "" : refused.why();
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
