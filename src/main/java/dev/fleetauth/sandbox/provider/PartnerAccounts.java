package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.server.JsonObjects;
import dev.fleetauth.sandbox.server.Reply;
import dev.fleetauth.sandbox.server.Request;
import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.tesla.Region;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The registration of applications in a region, and the public key that they must host. Nothing is fetched: the only
 * allowed origin of the applications is this server's own address, where a key is stored with {@code PUT}.
 */
public final class PartnerAccounts {

    private final Set<String> hosts;
    private final Clock clock;
    private final Map<String, Account> accounts = new HashMap<>();
    private byte[] hosted = new byte[0];

    /** The registration of an application. */
    private record Account(String domain, ApplicationKey key) {}

    /** @param hosts the names of this server, with its port */
    public PartnerAccounts(Set<String> hosts, Clock clock) {
        this.hosts = hosts;
        this.clock = clock;
    }

    /** Stores a file as the application's key, or returns it. */
    synchronized Reply hostedKey(Request request) {
        if (request.method().equals("PUT")) {
            host(request.body().getBytes(StandardCharsets.UTF_8));
            return Reply.text(201, "Stored as the application's key.\n");
        }
        return hosted.length == 0
                ? Reply.text(404, "No key is hosted here yet.\n")
                : Reply.of(200, "application/x-pem-file", hosted);
    }

    /** Stores a file as the application's key, whatever its content. */
    public synchronized void host(byte[] key) {
        hosted = key.clone();
    }

    /** Whether an application is registered, which it must be to request data about vehicles. */
    synchronized boolean isRegistered(Client client) {
        return accounts.containsKey(client.id());
    }

    Outcome answer(Request request, IssuedGrant grant) {
        if (grant.isUserGrant()) {
            return Outcome.refused(403, "Expected partner account");
        }
        return request.path().equals(Region.PARTNER_ACCOUNTS)
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
                    412,
                    "Root domain " + domain + " must match registered allowed origin on"
                            + " https://developer.tesla.com/dashboard/app-details/" + client.id());
        }
        ApplicationKey key;
        try {
            key = ApplicationKey.parse(hosted);
        } catch (ApplicationKey.Rejected e) {
            return Outcome.refused(
                    424,
                    "Public key download failed for https://" + domain + ApplicationKey.PATH + ", error: " + e.why());
        }
        accounts.put(client.id(), new Account(domain, key));
        Map<String, Object> account = new LinkedHashMap<>();
        account.put("account_id", client.id());
        account.put("client_id", client.id());
        account.put("name", client.name());
        account.put("domain", domain);
        account.put("public_key", key.point());
        account.put("created_at", clock.instant().toString());
        return Outcome.of(account);
    }

    private synchronized Outcome registeredKey(String domain) {
        Optional<Account> account = accounts.values().stream()
                .filter(one -> one.domain().equals(domain))
                .findFirst();
        return account.map(one -> Outcome.of(Map.of("public_key", one.key().point())))
                .orElseGet(() -> Outcome.refused(404, "not_found"));
    }
}
