package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.server.JsonObjects;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The registration of an application in a region, and the public key that it has to host. Nothing is fetched: the only
 * domain that can be registered is this server's own address, where a key is hosted.
 */
public final class PartnerAccounts {

    static final String PATH = "/api/1/partner_accounts";
    static final String PUBLIC_KEY = PATH + "/public_key";

    /** Where an application hosts its key. */
    static final String KEY_PATH = "/.well-known/appspecific/com.tesla.3p.public-key.pem";

    /** An uncompressed point on P-256 (SEC 1 2.3.3): a byte, and two coordinates. */
    private static final int POINT_BYTES = 65;

    private final Set<String> hosts;
    private final Clock clock;
    private final SecureRandom random;
    private final Map<String, String> domains = new HashMap<>();
    private byte[] key = new byte[0];

    /** @param hosts the names of this server, with its port */
    public PartnerAccounts(Set<String> hosts, Clock clock, SecureRandom random) {
        this.hosts = hosts;
        this.clock = clock;
        this.random = random;
    }

    /** The application's key, as it would stand on its domain. */
    Reply publicKey() {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key());
        return Reply.text(200, "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    /** Whether an application may ask about vehicles. */
    synchronized boolean isRegistered(Client client) {
        return domains.containsKey(client.id());
    }

    Outcome answer(Request request, Grant grant) {
        if (grant.isOfPerson()) {
            return Outcome.refused(403, "Expected partner account");
        }
        return request.path().equals(PATH)
                ? register(
                        grant.client(),
                        JsonObjects.text(request.body().getBytes(StandardCharsets.UTF_8), "domain")
                                .orElse(""))
                : registeredKey(request.query().value("domain").orElse(""));
    }

    private synchronized Outcome register(Client client, String domain) {
        if (domain.isEmpty() || domain.contains("/") || !domain.equals(domain.toLowerCase(Locale.ROOT))) {
            return Outcome.refused(
                    400, "Invalid domain: " + domain + ". Ensure that domain is lowercase and starts without https://");
        }
        if (!hosts.contains(domain)) {
            return Outcome.refused(
                    424,
                    "Public key download failed for https://" + domain + KEY_PATH
                            + ", error: the sandbox looks at its own address only, "
                            + hosts.iterator().next());
        }
        domains.put(client.id(), domain);
        Map<String, Object> account = new LinkedHashMap<>();
        account.put("account_id", client.id());
        account.put("client_id", client.id());
        account.put("name", client.name());
        account.put("domain", domain);
        account.put("public_key", point());
        account.put("created_at", clock.instant().toString());
        return Outcome.of(account);
    }

    private synchronized Outcome registeredKey(String domain) {
        return domains.containsValue(domain)
                ? Outcome.of(Map.of("public_key", point()))
                : Outcome.refused(404, "not_found");
    }

    private String point() {
        byte[] encoded = key();
        return HexFormat.of().formatHex(Arrays.copyOfRange(encoded, encoded.length - POINT_BYTES, encoded.length));
    }

    /** Made when it is first asked for: few who start the server do. */
    private synchronized byte[] key() {
        if (key.length == 0) {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(256, random);
                key = generator.generateKeyPair().getPublic().getEncoded();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has EC", e);
            }
        }
        return key.clone();
    }
}
