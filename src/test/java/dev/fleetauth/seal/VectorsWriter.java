package dev.fleetauth.seal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.store.file.StoreFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Generates the vectors of {@link VectorsTest} with {@link Forge}. The reasons are those of the code under test, so a
 * person must check them. Not a test: {@code src/test/resources/store-vectors/README.md} says when and how to run it.
 */
final class VectorsWriter {

    static final Path FILE = Path.of("src/test/resources/store-vectors/vectors.json");

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final String PASSPHRASE = "pass\u00e9 pass\u00e9 pass\u00e9";
    private static final String DECOMPOSED = "passe\u0301 passe\u0301 passe\u0301\n";

    private final OctetSequenceKey keyFile = new OctetSequenceKey.Builder(Forge.random(32))
            .keyID(StoreKeys.randomId(Forge.RANDOM))
            .algorithm(JWEAlgorithm.A256KW)
            .build();
    private final OctetSequenceKey key = storeKey();
    private final OctetSequenceKey olderKey = storeKey();
    private final OctetSequenceKey strangeKey = storeKey();
    private final String store = StoreKeys.randomId(Forge.RANDOM);
    private final byte[] keySet =
            new JWKSet(List.of(key, olderKey)).toString(false).getBytes(StandardCharsets.UTF_8);
    private final List<Map<String, Object>> keys = new ArrayList<>();
    private final List<Map<String, Object>> profiles = new ArrayList<>();
    private final StoreKeys opened;

    private VectorsWriter() throws MalformedException {
        opened = StoreKeys.parse(store, keySet);
    }

    private static OctetSequenceKey storeKey() {
        return new OctetSequenceKey.Builder(Forge.random(32))
                .keyID(StoreKeys.randomId(Forge.RANDOM))
                .algorithm(EncryptionMethod.A256GCM)
                .build();
    }

    private Map<String, Object> vectors() throws Exception {
        keys();
        goodProfiles();
        badHeaders();
        badSpellings();
        badContents();
        Map<String, Object> vectors = new LinkedHashMap<>();
        vectors.put("store", store);
        vectors.put("keyFile", keyFile.toJSONObject());
        vectors.put("passphrase", PASSPHRASE);
        vectors.put("noncanonicalPassphrase", DECOMPOSED);
        vectors.put("keySet", JSON.readTree(keySet));
        vectors.put("keys", keys);
        vectors.put("profiles", profiles);
        vectors.put("clients", ClientVectors.of(key, opened));
        return vectors;
    }

    private void keys() throws Exception {
        String plain = "{\"alg\":\"A256KW\",\"enc\":\"A256GCM\",\"kid\":\"" + keyFile.getKeyID()
                + "\",\"typ\":\"fleetauth-keys\",\"version\":1,\"store\":\"" + store + "\"," + ids() + "}";
        wrapped("sealed with a key file", plain);
        wrapped(
                "header in another order, without a kid",
                "{\"store\":\"" + store + "\"," + ids()
                        + ",\"version\":1,\"typ\":\"fleetauth-keys\",\"enc\":\"A256GCM\",\"alg\":\"A256KW\"}");
        wrapped("zip", plain.replace("}", ",\"zip\":\"DEF\"}"));
        wrapped("crit", plain.replace("}", ",\"crit\":[\"version\"]}"));
        wrapped("member twice", plain.replace("}", ",\"store\":\"" + store + "\"}"));
        wrapped("no store", plain.replace(",\"store\":\"" + store + "\"", ""));
        wrapped("version 2", plain.replace("\"version\":1", "\"version\":2"));
        wrapped("type of a profile", plain.replace("fleetauth-keys", "fleetauth-profile"));
        wrapped("another algorithm named", plain.replace("A256KW", "A128KW"));
        wrapped("no keys named", plain.replace("," + ids(), ""));
        wrapped("keys named in another order", plain.replace(ids(), ids(olderKey, key)));
        wrapped("a key not named", plain.replace(ids(), ids(key)));
        wrapped("keys that are not a list", plain.replace(ids(), "\"keys\":\"" + key.getKeyID() + "\""));
        wrapped("a helper", plain.replace("}", ",\"helper\":\"secretservice\"}"));
        wrapped("any helper", plain.replace("}", ",\"helper\":\"*\"}"));
        wrapped("a helper that is a path", plain.replace("}", ",\"helper\":\"../../tmp/evil\"}"));
        wrapped("a helper without a name", plain.replace("}", ",\"helper\":\"\"}"));
        wrapped(
                "a helper without a kid",
                plain.replace("}", ",\"helper\":\"pass\"}").replace("\"kid\":\"" + keyFile.getKeyID() + "\",", ""));
        wrapped("a recorded key file", plain.replace("}", ",\"key_file\":\"/home/x/fleetauth.key\"}"));
        wrapped("a recorded key file on Windows", plain.replace("}", ",\"key_file\":\"C:\\\\x\\\\fleetauth.key\"}"));
        wrapped("a recorded key file without a path", plain.replace("}", ",\"key_file\":\"\"}"));
        wrapped("a recorded key file that is not a string", plain.replace("}", ",\"key_file\":[\"/x\"]}"));
        wrapped("a recorded key file with a line end", plain.replace("}", ",\"key_file\":\"/x\\n/y\"}"));
        wrapped(
                "a recorded key file with a path that is too long",
                plain.replace("}", ",\"key_file\":\"/" + "x".repeat(4096) + "\"}"));
        wrapped("a recorded key file and a helper", plain.replace("}", ",\"key_file\":\"/x\",\"helper\":\"pass\"}"));
        add(keys, "another key", "keyFile", Forge.wrapped(plain, keySet, Forge.random(32)));
        add(
                keys,
                "an empty key set",
                "keyFile",
                Forge.wrapped(plain, "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8), keyFile.toByteArray()));

        for (int iterations : new int[] {1_000, 600_000, 999, 1_000_001}) {
            byte[] salt = Forge.random(16);
            add(keys, iterations + " iterations", "passphrase", withPassphrase(salt, iterations));
        }
        add(keys, "passphrase not normalized", "noncanonicalPassphrase", withPassphrase(Forge.random(16), 1_000));
        add(keys, "salt of 7 bytes", "passphrase", withPassphrase(Forge.random(7), 1_000));
        add(keys, "salt of 64 bytes", "passphrase", withPassphrase(Forge.random(64), 1_000));
        add(keys, "a key file for a passphrase", "keyFile", withPassphrase(Forge.random(16), 1_000));
    }

    private String ids() {
        return ids(key, olderKey);
    }

    private static String ids(OctetSequenceKey... named) {
        List<String> ids = new ArrayList<>();
        for (OctetSequenceKey each : named) {
            ids.add("\"" + each.getKeyID() + "\"");
        }
        return "\"keys\":[" + String.join(",", ids) + "]";
    }

    private String withPassphrase(byte[] salt, int iterations) {
        String header = "{\"alg\":\"PBES2-HS512+A256KW\",\"enc\":\"A256GCM\",\"typ\":\"fleetauth-keys\","
                + "\"version\":1,\"store\":\"" + store + "\"," + ids() + ",\"p2s\":\"" + Base64URL.encode(salt)
                + "\",\"p2c\":" + iterations + "}";
        return Forge.withPassphrase(header, keySet, PASSPHRASE, salt, iterations);
    }

    private void wrapped(String name, String header) throws Exception {
        add(keys, name, "keyFile", Forge.wrapped(header, keySet, keyFile.toByteArray()));
    }

    private void goodProfiles() throws Exception {
        Profile bare = Profiles.bare();
        Profile full = Profiles.full();
        Profile keyed = Profiles.keyed();
        String sealed = Forge.direct(header(full, key), plaintext(full), key);
        profile("all members", sealed);
        profile(
                "all but parameters and a device endpoint",
                Forge.direct(header(full, key), withoutParametersAndDevice(full), key));
        profile("all but an auth code", Forge.direct(header(full, key), withoutAuthCode(full), key));
        profile("a line feed at its end", sealed + "\n");
        profile("only required members", Forge.direct(header(bare, key), plaintext(bare), key));
        profile("a key in place of the secret", Forge.direct(header(keyed, key), plaintext(keyed), key));
        profile("being moved to another store", Forge.direct(header(moving(), key), plaintext(moving()), key));
        profile("sealed with the older key", Forge.direct(header(full, olderKey), plaintext(full), olderKey));
        profile("header with blanks", Forge.direct(header(full, key).replace(",", " , "), plaintext(full), key));
    }

    private static Profile moving() {
        Profile bare = Profiles.bare();
        Moved mark = new Moved(
                Instant.ofEpochSecond(1_800_000_004), "host", new Moved.Destination("another store", "file:///car"));
        return bare.withSession(bare.session().withMoved(mark));
    }

    /** As in records that were written before auth codes existed. */
    private static byte[] withoutAuthCode(Profile profile) {
        String text = new String(plaintext(profile), StandardCharsets.UTF_8);
        return text.replaceAll("\"auth_code\":\"[^\"]*\",", "").getBytes(StandardCharsets.UTF_8);
    }

    /** As in records that were written before parameters and device authorization endpoints existed. */
    private static byte[] withoutParametersAndDevice(Profile profile) {
        String text = new String(plaintext(profile), StandardCharsets.UTF_8);
        return text.replaceAll("\"parameters\":\\{.*?\\},|,\"device_authorization\":\"[^\"]*\"", "")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void badHeaders() throws Exception {
        String header = header(Profiles.bare(), key);
        Map<String, String> changes = new LinkedHashMap<>();
        changes.put("zip", header.replace("}", ",\"zip\":\"DEF\"}"));
        changes.put("crit", header.replace("}", ",\"crit\":[\"version\"]}"));
        changes.put("an additional member", header.replace("}", ",\"note\":\"\"}"));
        changes.put("an additional member that is null", header.replace("}", ",\"zip\":null}"));
        changes.put("member twice", header.replace("}", ",\"generation\":1}"));
        changes.put("another store", header.replace(store, StoreKeys.randomId(Forge.RANDOM)));
        changes.put("another profile", header.replace("\"car\"", "\"bus\""));
        changes.put("another session", header.replace("session-1", "session-2"));
        changes.put("unknown key", header.replace(key.getKeyID(), strangeKey.getKeyID()));
        changes.put("version 2", header.replace("\"version\":1", "\"version\":2"));
        changes.put("version as text", header.replace("\"version\":1", "\"version\":\"1\""));
        changes.put("type of keys", header.replace("fleetauth-profile", "fleetauth-keys"));
        changes.put("another algorithm", header.replace("\"dir\"", "\"A256KW\""));
        changes.put("another encryption", header.replace("A256GCM", "A128GCM"));
        changes.put("generation below zero", header.replace("\"generation\":0", "\"generation\":-1"));
        changes.put("generation with a fraction", header.replace("\"generation\":0", "\"generation\":0.0"));
        changes.put("generation too large", header.replace("\"generation\":0", "\"generation\":9223372036854775808"));
        for (String member : JSONObjectUtils.parse(header).keySet()) {
            Map<String, Object> members = JSONObjectUtils.parse(header);
            members.remove(member);
            changes.put("no " + member, JSONObjectUtils.toJSONString(members));
        }
        for (Map.Entry<String, String> change : changes.entrySet()) {
            profile(change.getKey(), Forge.direct(change.getValue(), plaintext(Profiles.bare()), key));
        }
        profile("another key with the same id", Forge.direct(header, plaintext(Profiles.bare()), strangeKey));
    }

    private void badSpellings() throws Exception {
        String sealed = Forge.direct(header(Profiles.bare(), key), plaintext(Profiles.bare()), key);
        int dot = sealed.lastIndexOf('.');
        profile("empty", "");
        profile("cut off", sealed.substring(0, sealed.length() / 2));
        profile("without its last character", sealed.substring(0, sealed.length() - 1));
        profile("two line feeds at its end", sealed + "\n\n");
        profile("a blank before its start", " " + sealed);
        profile("padding", sealed + "==");
        profile("six parts", sealed + ".");
        profile("an encrypted key", sealed.replace("..", ".AAAA."));
        profile(
                "tag moved into the ciphertext",
                sealed.substring(0, dot) + sealed.substring(dot + 1, dot + 5) + "." + sealed.substring(dot + 5));
        profile("a character that is not base64url", sealed.substring(0, dot - 1) + "*" + sealed.substring(dot - 1));
        profile("another ciphertext", sealed.substring(0, dot - 4) + "AAAA" + sealed.substring(dot));
    }

    private void badContents() throws Exception {
        String text = new String(plaintext(Profiles.bare()), StandardCharsets.UTF_8);
        content("no content", "");
        content("content that is not an object", "null");
        content("blank in its content", text.replace(",", ", "));
        content("line feed after its content", text + "\n");
        content("unknown member", text.replaceFirst("}$", ",\"note\":\"\"}"));
        content("nested member twice", text.replace("\"scope\":[]", "\"scope\":[],\"scope\":[]"));
        content("null for an absent member", text.replace("\"scope\":[]", "\"scope\":[],\"audience\":null"));
        content(
                "another order",
                text.replaceFirst("\"type\":\"openid\",", "").replace("\"grant\"", "\"type\":\"openid\",\"grant\""));
        content("an unnecessary escape", text.replace("openid", "\\u006fpenid"));
        String endpoints = "\"endpoints\":";
        content(
                "parameters in another order",
                text.replace(endpoints, "\"parameters\":{\"hd\":\"a\",\"access_type\":\"b\"}," + endpoints));
        content("empty parameters", text.replace(endpoints, "\"parameters\":{}," + endpoints));
        content("a parameter that is not a string", text.replace(endpoints, "\"parameters\":{\"hd\":1}," + endpoints));
        content("no settings", "{\"session\":{\"id\":\"session-1\"}}");
    }

    private void content(String name, String text) throws Exception {
        profile(name, Forge.direct(header(Profiles.bare(), key), text.getBytes(StandardCharsets.UTF_8), key));
    }

    private String header(Profile profile, OctetSequenceKey sealing) {
        return "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"" + sealing.getKeyID()
                + "\",\"typ\":\"fleetauth-profile\",\"version\":1,\"store\":\"" + store
                + "\",\"profile\":\"car\",\"session\":\"session-1\",\"generation\":" + profile.generation() + "}";
    }

    private static byte[] plaintext(Profile profile) {
        return ProfileCodec.encode(profile).plaintext();
    }

    private void add(List<Map<String, Object>> list, String name, String with, String file) throws Exception {
        Map<String, Object> vector = new LinkedHashMap<>();
        vector.put("name", name);
        vector.put("with", with);
        JsonNode sources = JSON.valueToTree(Map.of(
                "keyFile", keyFile.toJSONObject(), "passphrase", PASSPHRASE, "noncanonicalPassphrase", DECOMPOSED));
        try {
            boolean opens = openKeys(sources, JSON.valueToTree(Map.of("file", file, "with", with)))
                    .isPresent();
            vector.put("opens", opens);
            if (!opens) {
                vector.put("why", "the key does not fit");
            }
        } catch (MalformedException e) {
            vector.put("opens", false);
            vector.put("why", e.why());
        }
        vector.put("file", file);
        list.add(vector);
    }

    private void profile(String name, String file) {
        Map<String, Object> vector = new LinkedHashMap<>();
        vector.put("name", name);
        try {
            Profile profile = SealedProfile.open(Profiles.NAME, file, opened);
            vector.put("opens", true);
            vector.put("session", profile.session().id());
            vector.put("generation", profile.generation());
            vector.put("plaintext", new String(plaintext(profile), StandardCharsets.UTF_8));
        } catch (MalformedException e) {
            vector.put("opens", false);
            vector.put("why", e.why());
        }
        vector.put("file", file);
        profiles.add(vector);
    }

    /**
     * Writes the vectors.
     *
     * @param args the file; by default the committed one
     */
    public static void main(String[] args) throws Exception {
        Path file = args.length == 0 ? FILE : Path.of(args[0]);
        Files.writeString(file, JSON.writeValueAsString(new VectorsWriter().vectors()) + "\n");
    }

    /** Opens a vector of sealed keys with the key that it names; empty if that is the wrong key. */
    static Optional<StoreKeys> openKeys(JsonNode vectors, JsonNode vector) throws MalformedException {
        SealedKeys sealed = SealedKeys.parse(FILE.toString(), vector.get("file").asText());
        try (KeyEncryptionKey key = keyEncryptionKey(vectors, vector.get("with").asText())) {
            return sealed.open(key);
        }
    }

    private static KeyEncryptionKey keyEncryptionKey(JsonNode vectors, String with) throws MalformedException {
        String source = vectors.get(with).isTextual()
                ? vectors.get(with).asText()
                : vectors.get(with).toString();
        try {
            return with.equals("keyFile")
                    ? new WrappingKey(OctetSequenceKey.parse(source))
                    : Passphrase.of(source.toCharArray(), StoreFixture.ITERATIONS);
        } catch (ParseException e) {
            throw new MalformedException("the vectors' key");
        }
    }
}
