package dev.fleetauth.tesla;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts that serve one region
 * (developer.tesla.com/docs/fleet-api/getting-started/base-urls and …/authentication/third-party-tokens, 8/2026).
 *
 * @param id {@code na}, {@code eu} or {@code cn}
 * @param name the region's name for messages
 * @param audience the Fleet API's base URL, which is also the {@code audience} of a token request
 * @param authority where a user logs in; also the {@code issuer} of the discovery document
 * @param tokenAuthority the host that issues tokens; except in China, it differs from the one in the document
 * @param otherAuthority another host that tokens and documents name as their issuer; nothing is sent to it
 * @param section the path segment under which the server has a separate document and keys; empty for none
 */
public record Region(
        String id,
        String name,
        String audience,
        URI authority,
        URI tokenAuthority,
        URI otherAuthority,
        String section) {

    /** The path at which the Fleet API registers an application. */
    public static final String PARTNER_ACCOUNTS = "/api/1/partner_accounts";

    /** The path at which the Fleet API returns the key that a domain is registered with. */
    public static final String REGISTERED_KEY = PARTNER_ACCOUNTS + "/public_key";

    private static final String THIRD_PARTY = "/thirdparty";

    private static final URI AUTH = URI.create("https://auth.tesla.com");
    private static final URI FLEET_AUTH = URI.create("https://fleet-auth.prd.vn.cloud.tesla.com");
    private static final URI OTHER = URI.create("https://fleet-auth.tesla.com");
    private static final URI AUTH_CN = URI.create("https://auth.tesla.cn");
    private static final URI OTHER_CN = URI.create("https://fleet-auth.tesla.cn");

    /** The paths of the issuers seen so far; the last one is the document's access_token_issuer. */
    private static final List<String> ISSUER_PATHS =
            List.of("", "/oauth2/v3", "/oauth2/v3/nts", "/oauth2/v3/thirdparty", "/oauth2/v3/services/trust");

    /** North America and Asia-Pacific except China. */
    public static final Region NA = new Region(
            "na",
            "North America, Asia-Pacific except China",
            "https://fleet-api.prd.na.vn.cloud.tesla.com",
            AUTH,
            FLEET_AUTH,
            OTHER,
            THIRD_PARTY);

    /** Europe, Middle East and Africa. */
    public static final Region EU = new Region(
            "eu",
            "Europe, Middle East, Africa",
            "https://fleet-api.prd.eu.vn.cloud.tesla.com",
            AUTH,
            FLEET_AUTH,
            OTHER,
            THIRD_PARTY);

    /** China, a separate portal with its own client ids. */
    public static final Region CN = new Region(
            "cn", "China", "https://fleet-api.prd.cn.vn.cloud.tesla.cn", AUTH_CN, AUTH_CN, OTHER_CN, THIRD_PARTY);

    /** All regions. */
    public static final List<Region> ALL = List.of(NA, EU, CN);

    /** Looks up a region by its id, ignoring case. */
    public static Optional<Region> of(String id) {
        for (Region region : ALL) {
            if (region.id.equalsIgnoreCase(id)) {
                return Optional.of(region);
            }
        }
        return Optional.empty();
    }

    /** Looks up the region that an issuer belongs to. */
    public static Optional<Region> ofIssuer(String issuer) {
        return ALL.stream().filter(region -> region.issuers().contains(issuer)).findFirst();
    }

    /**
     * This region at the addresses of a stand-in such as the sandbox: a single server with the login and the API at its
     * root, and the token host below {@code /fleet-auth}.
     *
     * @param base the stand-in's address, without a path
     */
    public Region servedBy(String base) {
        String root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return new Region(id, name, root, URI.create(root), URI.create(root + "/fleet-auth"), otherAuthority, section);
    }

    /**
     * This region for logins of the mobile app, which requests tokens from the host where users log in
     * (timdorr/tesla-api; the document at auth.tesla.com/oauth2/v3/.well-known/openid-configuration).
     */
    Region forOwnerTokens() {
        return new Region(id, name, audience, authority, authority, otherAuthority, "");
    }

    /** Whether users of both regions log in at the same host, so that tokens of one are valid for the other. */
    public boolean sharesLoginsWith(Region other) {
        return authority.equals(other.authority);
    }

    /** The site whose portal this region's applications and accounts belong to, such as {@code tesla.cn}. */
    public String portal() {
        return authority.getHost().replace("auth.", "");
    }

    /** The address of the discovery document, which cannot be derived from Tesla's {@code issuer}. */
    public URI discoveryDocument() {
        return at(tokenAuthority, "/oauth2/v3" + section + "/.well-known/openid-configuration");
    }

    /** The authorization endpoint. */
    public URI authorizationEndpoint() {
        return at(authority, "/oauth2/v3/authorize");
    }

    /** The token endpoint. */
    public URI tokenEndpoint() {
        return at(tokenAuthority, "/oauth2/v3/token");
    }

    /** The address of the keys that tokens are signed with. */
    public URI jwks() {
        return at(authority, "/oauth2/v3/discovery" + section + "/keys");
    }

    /** The {@code iss} of access and id tokens, which differs from the document's {@code issuer}. */
    public String tokenIssuer() {
        return authority + "/oauth2/v3/nts";
    }

    /**
     * The issuers that this region's documents, tokens and callbacks may name. They differ from place to place and have
     * changed over time (developer.tesla.com, third-party-tokens; TeslaSolarCharger #2592; China, 8/2026).
     */
    public Set<String> issuers() {
        Set<String> issuers = new LinkedHashSet<>();
        for (URI host : List.of(authority, tokenAuthority, otherAuthority)) {
            for (String path : ISSUER_PATHS) {
                issuers.add(host + path);
            }
        }
        return issuers;
    }

    /** The address at which the Fleet API registers an application in this region. */
    public URI partnerAccounts() {
        return URI.create(audience + PARTNER_ACCOUNTS);
    }

    /** The address at which the Fleet API returns the key that a domain is registered with. */
    public URI registeredKey(String domain) {
        return URI.create(audience + REGISTERED_KEY + "?domain=" + domain);
    }

    /** The page on which a user revokes an app's access, Tesla's only documented way to revoke. */
    public URI revocationPage() {
        return at(authority, "/user/revoke/consent");
    }

    private static URI at(URI base, String path) {
        return URI.create(base + path);
    }
}
