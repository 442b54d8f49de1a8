package dev.fleetauth.seal;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The vectors of sealed clients; {@link VectorsWriter} writes them. */
final class ClientVectors {

    private static final String CONTENT =
            "{\"clients\":[{\"name\":\"dashboard\",\"key_hash\":\"NUKFkNGyKtZ9FHbSLV0KgtAkqR9PCEDWIk6w6JNCbwQ\","
                    + "\"profiles\":[\"car\",\"van\"],\"proxy_only\":true,\"read_only\":true,"
                    + "\"created_at\":\"1800000000.000000000\"},"
                    + "{\"name\":\"logger\",\"key_hash\":\"zYH4UCp2mvYHkAk2yV0KgtAkqR9PCEDWIk6w6JNCbwQ\","
                    + "\"profiles\":[\"car\"],\"created_at\":\"1800000001.500000000\"}]}";

    private final String header;
    private final OctetSequenceKey key;
    private final StoreKeys keys;
    private final List<Map<String, Object>> vectors = new ArrayList<>();

    private ClientVectors(OctetSequenceKey key, StoreKeys keys) {
        this.header = "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"" + key.getKeyID()
                + "\",\"typ\":\"fleetauth-clients\",\"version\":1,\"store\":\"" + keys.store() + "\"}";
        this.key = key;
        this.keys = keys;
    }

    /** The clients in {@link #CONTENT}. */
    static List<RegisteredClient> clients() {
        return List.of(
                new RegisteredClient(
                        "dashboard",
                        "NUKFkNGyKtZ9FHbSLV0KgtAkqR9PCEDWIk6w6JNCbwQ",
                        List.of(new ProfileName("car"), new ProfileName("van")),
                        true,
                        true,
                        Instant.ofEpochSecond(1_800_000_000)),
                new RegisteredClient(
                        "logger",
                        "zYH4UCp2mvYHkAk2yV0KgtAkqR9PCEDWIk6w6JNCbwQ",
                        List.of(new ProfileName("car")),
                        false,
                        false,
                        Instant.ofEpochSecond(1_800_000_001, 500_000_000)));
    }

    /** The vectors of a store. */
    static List<Map<String, Object>> of(OctetSequenceKey key, StoreKeys keys) {
        ClientVectors all = new ClientVectors(key, keys);
        all.content("two clients", CONTENT);
        all.content("no clients", "{\"clients\":[]}");
        all.content("a blank in the content", CONTENT.replace("\"name\":", "\"name\": "));
        all.content("unsorted profiles", CONTENT.replace("[\"car\",\"van\"]", "[\"van\",\"car\"]"));
        all.content("a profile twice", CONTENT.replace("[\"car\",\"van\"]", "[\"car\",\"car\"]"));
        all.content("no profiles", CONTENT.replace("[\"car\",\"van\"]", "[]"));
        all.content("an invalid name", CONTENT.replace("dashboard", "../x"));
        all.content("read-only without proxy-only", CONTENT.replace("\"proxy_only\":true,", ""));
        all.content("an explicit false", CONTENT.replace("\"read_only\":true", "\"read_only\":false"));
        all.content("an unknown member", CONTENT.replace("\"read_only\"", "\"admin\""));
        all.content("unsorted clients", CONTENT.replace("\"dashboard\"", "\"zoo\""));
        all.content("a name twice", CONTENT.replace("\"dashboard\"", "\"logger\""));
        all.content("no time", CONTENT.replace(",\"created_at\":\"1800000001.500000000\"", ""));
        all.content("clients that are not a list", "{\"clients\":{}}");
        all.content("no content", "");
        all.header("type of a profile", all.header.replace("fleetauth-clients", "fleetauth-profile"));
        all.header("version 2", all.header.replace("\"version\":1", "\"version\":2"));
        all.header("another store", all.header.replace(keys.store(), "AAAAAAAAAAAAAAAAAAAAAA"));
        all.header("an additional member", all.header.replace("}", ",\"note\":\"\"}"));
        all.header("zip", all.header.replace("}", ",\"zip\":\"DEF\"}"));
        all.header("another key", all.header.replace(key.getKeyID(), "AAAAAAAAAAAAAAAAAAAAAA"));
        all.header("another algorithm", all.header.replace("\"dir\"", "\"A256KW\""));
        return all.vectors;
    }

    private void content(String name, String content) {
        add(name, Forge.direct(header, content.getBytes(StandardCharsets.UTF_8), key));
    }

    private void header(String name, String changed) {
        add(name, Forge.direct(changed, CONTENT.getBytes(StandardCharsets.UTF_8), key));
    }

    private void add(String name, String file) {
        Map<String, Object> vector = new LinkedHashMap<>();
        vector.put("name", name);
        try {
            vector.put("opens", true);
            vector.put("count", SealedClients.open(file, keys).size());
        } catch (MalformedException e) {
            vector.put("opens", false);
            vector.put("why", e.why());
        }
        vector.put("file", file);
        vectors.add(vector);
    }
}
