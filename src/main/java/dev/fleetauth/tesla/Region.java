package dev.fleetauth.tesla;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts that serve one part of the world
 * (developer.tesla.com/docs/fleet-api/getting-started/base-urls and …/authentication/third-party-tokens, 8/2026).
 *
 * @param id {@code na}, {@code eu} or {@code cn}
 * @param name the part of the world
 * @param audience the Fleet API's base address, which is also the {@code audience} of a token request
 * @param authority where a person logs in; also the {@code issuer} of the discovery document
 * @param tokenAuthority where tokens are asked for, which is another host than the document says
 * @param otherAuthority a further host that tokens and documents name as their issuer, and that nothing is sent to
 * @param section the part of the server that has a document and keys of its own, as a path
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

    /** The path at which it tells the key that a domain is registered with. */
    public static final String REGISTERED_KEY = PARTNER_ACCOUNTS + "/public_key";

    private static final String THIRD_PARTY = "/thirdparty";

    private static final URI AUTH = URI.create("https://auth.tesla.com");
    private static final URI FLEET_AUTH = URI.create("https://fleet-auth.prd.vn.cloud.tesla.com");
    private static final URI OTHER = URI.create("https://fleet-auth.tesla.com");
    private static final URI AUTH_CN = URI.create("https://auth.tesla.cn");
    private static final URI OTHER_CN = URI.create("https://fleet-auth.tesla.cn");

    /** What follows the host in the issuers that were seen; the last one is what the document calls access_token_issuer. */
    private static final List<String> ISSUER_PATHS =
            List.of("", "/oauth2/v3", "/oauth2/v3/nts", "/oauth2/v3/thirdparty", "/oauth2/v3/services/trust");

    /** North America and Asia-Pacific without China. */
    public static final Region NA = new Region(
            "na",
            "North America, Asia-Pacific without China",
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

    /** China, a separate portal with client ids of its own. */
    public static final Region CN = new Region(
            "cn", "China", "https://fleet-api.prd.cn.vn.cloud.tesla.cn", AUTH_CN, AUTH_CN, OTHER_CN, THIRD_PARTY);

    /** All of them. */
    public static final List<Region> ALL = List.of(NA, EU, CN);

    /** The region with an id, in any case. */
    public static Optional<Region> of(String id) {
        return ALL.stream().filter(region -> region.id.equalsIgnoreCase(id)).findFirst();
    }

    /** The region that an issuer belongs to. */
    public static Optional<Region> ofIssuer(String issuer) {
        return ALL.stream().filter(region -> region.issuers().contains(issuer)).findFirst();
    }

    /**
     * This region as played by a stand-in, such as the sandbox: one server, at whose root people log in, whose API is at
     * the root too, and which answers for the token host below {@code /fleet-auth}.
     *
     * @param base the stand-in's address, without a path
     */
    public Region playedBy(String base) {
        String root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return new Region(id, name, root, URI.create(root), URI.create(root + "/fleet-auth"), otherAuthority, section);
    }

    /**
     * This region as the mobile app's own login meets it, which asks for tokens where people log in (timdorr/tesla-api;
     * the document at auth.tesla.com/oauth2/v3/.well-known/openid-configuration).
     */
    Region ofOwners() {
        return new Region(id, name, audience, authority, authority, otherAuthority, "");
    }

    /** Whether its people log in where this region's do, so that the tokens of one are good for the other. */
    public boolean sharesLoginsWith(Region other) {
        return authority.equals(other.authority);
    }

    /** The site whose portal its applications and accounts belong to, such as {@code tesla.cn}. */
    public String portal() {
        return authority.getHost().replace("auth.", "");
    }

    /** The discovery document, which Tesla keeps at an address that is not derived from its {@code issuer}. */
    public URI discoveryDocument() {
        return at(tokenAuthority, "/oauth2/v3" + section + "/.well-known/openid-configuration");
    }

    /** Where a person allows access. */
    public URI authorizationEndpoint() {
        return at(authority, "/oauth2/v3/authorize");
    }

    /** Where tokens are asked for. */
    public URI tokenEndpoint() {
        return at(tokenAuthority, "/oauth2/v3/token");
    }

    /** The keys that tokens are signed with. */
    public URI jwks() {
        return at(authority, "/oauth2/v3/discovery" + section + "/keys");
    }

    /** The {@code iss} that access and id tokens carry, which is not the document's {@code issuer}. */
    public String tokenIssuer() {
        return authority + "/oauth2/v3/nts";
    }

    /**
     * The issuers that this region's documents, tokens and callbacks may name. Which one they do differs from place to
     * place, and has changed over time (developer.tesla.com, third-party-tokens; TeslaSolarCharger #2592; China, 8/2026).
     */
    public Set<String> issuers() {
        Set<String> issuers = new LinkedHashSet<>();
        for (URI host : List.of(authority, tokenAuthority, otherAuthority)) {
            ISSUER_PATHS.forEach(path -> issuers.add(host + path));
        }
        return issuers;
    }

    /** Where the Fleet API registers an application in this region. */
    public URI partnerAccounts() {
        return URI.create(audience + PARTNER_ACCOUNTS);
    }

    /** Where the Fleet API tells the key that a domain is registered with. */
    public URI registeredKey(String domain) {
        return URI.create(audience + REGISTERED_KEY + "?domain=" + domain);
    }

    /** The page on which a person ends an app's access, Tesla's only documented revocation. */
    public URI revocationPage() {
        return at(authority, "/user/revoke/consent");
    }

    private static URI at(URI base, String path) {
        return URI.create(base + path);
    }
}
