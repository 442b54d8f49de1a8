package dev.fleetauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Committed files that must open, or must not, so that the format does not change by accident. */
class VectorsTest {

    private static final Path FILE = VectorsWriter.FILE;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    List<DynamicTest> keysOpenAsRecorded() throws IOException {
        JsonNode vectors = JSON.readTree(FILE.toFile());
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : vectors.get("keys")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                String keySet = vectors.get("keySet").toString();
                if (vector.get("opens").asBoolean()) {
                    StoreKeys opened = VectorsWriter.openKeys(vectors, vector).orElseThrow();
                    assertThat(opened.store()).isEqualTo(vectors.get("store").asText());
                    assertThat(JSON.readTree(opened.toJson())).isEqualTo(JSON.readTree(keySet));
                } else {
                    MalformedException refused = catchThrowableOfType(
                            MalformedException.class,
                            () -> assertThat(VectorsWriter.openKeys(vectors, vector))
                                    .isEmpty());
                    String why = refused == null ? "the key does not fit" : refused.why();
                    assertThat(why).isEqualTo(vector.get("why").asText());
                }
            }));
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }

    @TestFactory
    List<DynamicTest> profilesOpenAsRecorded() throws IOException, MalformedException {
        JsonNode vectors = JSON.readTree(FILE.toFile());
        StoreKeys keys = StoreKeys.parse(
                vectors.get("store").asText(), vectors.get("keySet").toString().getBytes(StandardCharsets.UTF_8));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : vectors.get("profiles")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                String file = vector.get("file").asText();
                if (vector.get("opens").asBoolean()) {
                    Profile profile = SealedProfile.open(Profiles.NAME, file, keys);
                    assertThat(profile.generation())
                            .isEqualTo(vector.get("generation").asLong());
                    assertThat(profile.session().id())
                            .isEqualTo(vector.get("session").asText());
                    assertThat(new String(ProfileCodec.encode(profile).plaintext(), StandardCharsets.UTF_8))
                            .isEqualTo(vector.get("plaintext").asText());
                } else {
                    MalformedException refused = catchThrowableOfType(
                            MalformedException.class, () -> SealedProfile.open(Profiles.NAME, file, keys));
                    assertThat(refused).isNotNull();
                    assertThat(refused.why()).isEqualTo(vector.get("why").asText());
                }
            }));
        }
        assertThat(tests).hasSizeGreaterThan(30);
        return tests;
    }

    @TestFactory
    List<DynamicTest> clientsOpenAsRecorded() throws IOException, MalformedException {
        JsonNode vectors = JSON.readTree(FILE.toFile());
        StoreKeys keys = StoreKeys.parse(
                vectors.get("store").asText(), vectors.get("keySet").toString().getBytes(StandardCharsets.UTF_8));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : vectors.get("clients")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                String file = vector.get("file").asText();
                if (vector.get("opens").asBoolean()) {
                    assertThat(SealedClients.open(file, keys))
                            .hasSize(vector.get("count").asInt())
                            .isEqualTo(ClientVectors.clients()
                                    .subList(0, vector.get("count").asInt()));
                } else {
                    MalformedException refused =
                            catchThrowableOfType(MalformedException.class, () -> SealedClients.open(file, keys));
                    assertThat(refused).isNotNull();
                    assertThat(refused.why()).isEqualTo(vector.get("why").asText());
                }
            }));
        }
        assertThat(tests).hasSizeGreaterThan(15);
        return tests;
    }
}
