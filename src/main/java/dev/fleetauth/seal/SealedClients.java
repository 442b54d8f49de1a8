package dev.fleetauth.seal;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.CanonicalJson;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.RegisteredClient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Seals and opens the clients of a store: one JWE for all of them. {@code docs/store-format.md} specifies its header
 * and content.
 */
public final class SealedClients {

    private static final String TYPE = "fleetauth-clients";

    private SealedClients() {}

    /** Seals clients, which must be sorted by name, with the store's current key. */
    public static String seal(List<RegisteredClient> clients, StoreKeys keys, SecureRandom random) {
        return keys.seal(TYPE, write(clients), random);
    }

    /** Opens the clients of the store that has these keys. */
    public static List<RegisteredClient> open(String sealed, StoreKeys keys) throws MalformedException {
        byte[] plaintext = keys.open(TYPE, sealed);
        List<RegisteredClient> clients;
        try {
            clients = read(CanonicalJson.object(new String(plaintext, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedException("its content is not a list of clients");
        }
        if (!Arrays.equals(write(clients), plaintext)) {
            throw new MalformedException("its content is not in the canonical form of version " + Jwe.FORMAT_VERSION);
        }
        return clients;
    }

    private static byte[] write(List<RegisteredClient> clients) {
        List<Object> list = new ArrayList<>();
        for (RegisteredClient client : clients) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", client.name());
            json.put("key_hash", client.keyHash());
            json.put(
                    "profiles",
                    client.profiles().stream().map(ProfileName::value).toList());
            JsonFields.put(json, "proxy_only", client.isProxyOnly() ? true : null);
            JsonFields.put(json, "read_only", client.isReadOnly() ? true : null);
            JsonFields.put(json, "created_at", client.createdAt());
            list.add(json);
        }
        return CanonicalJson.write(Map.of("clients", list)).getBytes(StandardCharsets.UTF_8);
    }

    private static List<RegisteredClient> read(Map<String, Object> json) throws MalformedException {
        if (!(json.get("clients") instanceof List<?> list) || list.size() > Limits.CLIENTS) {
            throw JsonFields.missing("clients");
        }
        List<RegisteredClient> clients = new ArrayList<>();
        String before = "";
        for (Object each : list) {
            Map<?, ?> client = each instanceof Map<?, ?> members ? members : Map.of();
            clients.add(new RegisteredClient(
                    JsonFields.text(client, "name"),
                    JsonFields.text(client, "key_hash"),
                    profiles(client),
                    Boolean.TRUE.equals(client.get("proxy_only")),
                    Boolean.TRUE.equals(client.get("read_only")),
                    JsonFields.time(JsonFields.text(client, "created_at"))));
            String name = JsonFields.text(client, "name");
            if (name.compareTo(before) <= 0) {
                throw new MalformedException("its clients are not sorted by name");
            }
            before = name;
        }
        return List.copyOf(clients);
    }

    private static List<ProfileName> profiles(Map<?, ?> client) throws MalformedException {
        List<ProfileName> profiles = new ArrayList<>();
        for (String name : JsonFields.texts(client, "profiles")) {
            profiles.add(new ProfileName(name));
        }
        return profiles;
    }
}
