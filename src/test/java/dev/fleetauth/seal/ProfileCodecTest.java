package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileCodecTest {

    private static final String FULL = text(Profiles.full());

    @Test
    void aBareProfileIsReadAsItWasWritten() throws Exception {
        assertRoundTrip(Profiles.bare());
        assertRoundTrip(Profiles.at("session-1", 3, "access"));
    }

    @Test
    void aFullProfileIsReadAsItWasWritten() throws Exception {
        assertRoundTrip(Profiles.full());
    }

    @Test
    void aBareProfileHasOnlyRequiredMembers() {
        assertThat(text(Profiles.bare()))
                .isEqualTo("{\"session\":{\"id\":\"session-1\",\"settings\":{\"type\":\"openid\","
                        + "\"issuer\":\"https://issuer.example/\",\"grant\":\"client_credentials\","
                        + "\"client_id\":\"client\",\"client_authentication\":\"none\",\"scope\":[],"
                        + "\"endpoints\":{\"token\":\"https://issuer.example/token\"}}}}");
    }

    @Test
    void aClientKeyHasItsOwnMember() throws Exception {
        String keyed = text(Profiles.keyed());
        assertThat(keyed).contains("\"client_key\":\"{", "\"client_authentication\":\"private_key_jwt\"");
        assertThat(decode(keyed).session().settings().clientKey())
                .isEqualTo(Profiles.keyed().session().settings().clientKey());
        // A key is never taken for a secret, or vice versa.
        assertRejected(keyed.replace("client_key", "client_secret"));
        assertRejected(keyed.replace("private_key_jwt", "client_secret_post"));
        assertRejected(keyed.replace("private_key_jwt", "none"));
        assertRejected(keyed.replace("\"client_key\"", "\"client_secret\":\"a\",\"client_key\""));
        assertRejected(FULL.replace("client_secret\"", "client_key\""));
    }

    /** If an optional member is absent, the others are read as they were written. */
    @Test
    void eachOptionalMemberCanBeAbsent() throws Exception {
        for (String name : List.of(
                "region",
                "client_secret",
                "auth_code",
                "audience",
                "resource",
                "redirect_uri",
                "authorization",
                "jwks",
                "revocation",
                "certificates",
                "expires_in",
                "refresh_token",
                "refresh_received_at",
                "refresh_expires_at",
                "id_token",
                "subject",
                "scope_granted",
                "publish_pending",
                "nonce",
                "answered_at")) {
            String without = withoutMember(name);
            assertThat(text(decode(without))).as(name).isEqualTo(without);
        }
    }

    @Test
    void eachRequiredMemberMustBePresent() {
        for (String name : List.of(
                "id",
                "type",
                "issuer",
                "grant",
                "client_id",
                "client_authentication",
                "scope",
                "access_token",
                "token_type",
                "received_at",
                "refresh_token_hash",
                "started_at",
                "host",
                "process",
                "replaced_at",
                "tried",
                "error",
                "at")) {
            assertRejected(withoutMember(name));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"tried\":true       | \"tried\":true,\"tried\":true",
                "\"tried\":true       | \"tried\":false,\"tried\":true",
                "\"tried\":true       | \"tried\":true,\"extra\":1",
                "\"tried\":true       | \"tried\": true",
                "\"tried\":true       | \"tried\":\"true\"",
                "\"tried\":true       | \"tried\":null",
                "\"publish_pending\":true    | \"publish_pending\":false",
                "\"publish_pending\":true    | \"publish_pending\":1",
                "\"region\":\"eu\"    | \"region\":null",
                "\"region\":\"eu\"    | \"region\":1",
                "\"region\":\"eu\"    | \"region\":\"\\u0065u\"",
                "\"region\":\"eu\"    | region:\"eu\"",
                "\"expires_in\":28800 | \"expires_in\":28800.0",
                "\"expires_in\":28800 | \"expires_in\":2.88e4",
                "\"expires_in\":28800 | \"expires_in\":028800",
                "\"expires_in\":28800 | \"expires_in\":\"28800\"",
                "\"scope\":[\"openid\",\"offline_access\"] | \"scope\":[\"openid\",\"openid\"]",
                "\"scope\":[\"openid\",\"offline_access\"] | \"scope\":[1]",
                "\"scope\":[\"openid\",\"offline_access\"] | \"scope\":\"openid\"",
                "authorization_code   | password",
                "client_secret_post   | private_key_jwt",
                "1800000000.123456789 | 1800000000.12345678",
                "1800000000.123456789 | 1800000000.1234567890",
                "1800000000.123456789 | 1800000000",
                "1800000000.123456789 | +1800000000.123456789",
                "1800000000.123456789 | 99999999999999999.000000000",
                "1800000000.123456789 | x.y",
                "https://issuer.example/keys | not a URI",
                "{\"session\"         | {\"name\":\"car\",\"session\""
            })
    void aNonCanonicalOrInvalidMemberIsRejected(String from, String to) {
        assertThat(FULL).contains(from);
        assertRejected(FULL.replace(from, to));
    }

    @Test
    void invalidContentIsRejectedAndNotQuoted() {
        for (String text :
                List.of("", "null", "[]", "{}", "{\"session\":\"canary\"}", "canary", "{\"canary", "\u0000")) {
            assertRejected(text);
        }
        assertRejected(FULL + "\n");
        assertRejected(" " + FULL);
        assertRejected(FULL + FULL);
    }

    @Test
    void membersInAnotherOrderAreRejected() {
        assertRejected(FULL.replace("\"token_type\":\"bearer\",", "")
                .replace("\"access_token\"", "\"token_type\":\"bearer\",\"access_token\""));
    }

    @Test
    void aRecordOfAnotherSessionIsRejected() {
        byte[] plaintext = FULL.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ProfileCodec.decode(Profiles.NAME, new Envelope("session-9", 1, plaintext)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("session");
    }

    @Test
    void toStringDoesNotRevealTheContent() {
        assertThat(ProfileCodec.encode(Profiles.full()).toString())
                .doesNotContain("access")
                .contains("session-1");
    }

    private static void assertRoundTrip(Profile profile) throws MalformedException {
        Envelope record = ProfileCodec.encode(profile);
        Profile back = ProfileCodec.decode(profile.name(), record);

        assertThat(back).isEqualTo(profile);
        assertThat(ProfileCodec.encode(back).plaintext()).isEqualTo(record.plaintext());
    }

    private static void assertRejected(String text) {
        assertThatThrownBy(() -> decode(text))
                .as(text)
                .isInstanceOf(MalformedException.class)
                .hasNoCause()
                .hasMessageNotContaining("canary");
    }

    private static Profile decode(String text) throws MalformedException {
        return ProfileCodec.decode(Profiles.NAME, new Envelope("session-1", 1, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Profile profile) {
        return new String(ProfileCodec.encode(profile).plaintext(), StandardCharsets.UTF_8);
    }

    /** The full profile without the members that have this name. */
    private static String withoutMember(String name) {
        String value = "(\"(\\\\.|[^\"\\\\])*\"|\\[[^]]*]|[^,{}\\[\\]\"]+)";
        Matcher member = Pattern.compile("\"" + name + "\":" + value + ",|,\"" + name + "\":" + value)
                .matcher(FULL);
        assertThat(member.find()).as(name).isTrue();
        return member.replaceAll("");
    }
}
