package dev.fleetauth.flow.register;

import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.oauth.ResponseClassifier;
import dev.fleetauth.tesla.ApplicationDomain;
import dev.fleetauth.tesla.ApplicationKey;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The public key that a domain hosts.
 *
 * @param key the key
 * @param redirect the target of the last redirect; null for none
 */
record HostedKey(ApplicationKey key, @Nullable URI redirect) {

    private static final int MAX_REDIRECTS = 3;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Map<String, String> HEADERS = Map.of("Accept", "application/x-pem-file, text/plain, */*");

    private static final String REMEDY = "host the public key there, then run the same command again";

    /**
     * Fetches the key of a domain. Redirects are followed only over https, and not to this machine.
     *
     * @throws Failure of kind {@code KEY_NOT_HOSTED} if the domain does not serve a key, or as {@link Http#get}
     */
    static HostedKey fetch(Http http, ApplicationDomain domain) {
        URI address = domain.keyAddress();
        URI redirect = null;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            HttpResponse response = get(http, redirect == null ? address : redirect, domain);
            Optional<String> location =
                    REDIRECTS.contains(response.status()) ? response.header("location") : Optional.empty();
            if (location.isEmpty()) {
                return new HostedKey(key(response, domain), redirect);
            }
            redirect = target(response, location.get(), domain);
        }
        throw missing(domain, "it redirects more than " + MAX_REDIRECTS + " times");
    }

    private static HttpResponse get(Http http, URI address, ApplicationDomain domain) {
        try {
            return http.get(address, HEADERS, Limits.PUBLIC_KEY_BYTES);
        } catch (Failure e) {
            if (e.kind() != Kind.BAD_RESPONSE) {
                throw e;
            }
            throw missing(domain, String.valueOf(e.fields().get("why")));
        }
    }

    private static URI target(HttpResponse response, String location, ApplicationDomain domain) {
        URI target;
        try {
            target = response.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw missing(domain, "it redirects (" + response.status() + ") to an invalid address");
        }
        String why = Addresses.whyUnusable(target.toString(), false);
        if (why != null) {
            throw missing(
                    domain,
                    "it redirects (" + response.status() + ") to " + Addresses.shown(target) + ", which " + why);
        }
        return target;
    }

    private static ApplicationKey key(HttpResponse response, ApplicationDomain domain) {
        int status = response.status();
        if (status == 429 || status >= 500) {
            Failure failure = ResponseClassifier.nonVerdict(response, List.of());
            if (failure != null) {
                throw failure;
            }
        }
        if (status != 200) {
            throw missing(domain, status == 404 ? "nothing was found (404)" : "the server returned status " + status);
        }
        try {
            return ApplicationKey.parse(response.body());
        } catch (ApplicationKey.Rejected e) {
            throw e.isPrivate()
                    ? Failure.of(
                            Kind.KEY_NOT_HOSTED,
                            domain.keyAddress(),
                            "it serves a private key, which anyone can read",
                            "remove it, create another key pair, and host its public key")
                    : missing(domain, e.why());
        }
    }

    /** The failure for a domain that does not host the application's key. */
    static Failure missing(ApplicationDomain domain, String why) {
        return Failure.of(Kind.KEY_NOT_HOSTED, domain.keyAddress(), why, REMEDY);
    }
}
