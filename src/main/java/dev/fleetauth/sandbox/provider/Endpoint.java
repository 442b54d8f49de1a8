package dev.fleetauth.sandbox.provider;

/** The endpoints of the server. */
public enum Endpoint {
    /** The discovery document. */
    DISCOVERY,
    /** The keys that tokens are signed with. */
    KEYS,
    /** The authorization endpoint and its consent page. */
    AUTHORIZATION,
    /** The device authorization endpoint (RFC 8628); only with {@code --strict}. */
    DEVICE_AUTHORIZATION,
    /** The page on which the user enters the code of another device; only with {@code --strict}. */
    DEVICE_PAGE,
    /** The token endpoint that is not throttled. */
    TOKEN,
    /** The token endpoint in Tesla's document, which is throttled. */
    THROTTLED_TOKEN,
    /** The revocation endpoint (RFC 7009); only with {@code --strict}. */
    REVOCATION,
    /** The introspection endpoint (RFC 7662); only with {@code --strict}. */
    INTROSPECTION,
    /** Tesla's page for revoking an application's access. */
    REVOCATION_PAGE,
    /** The Fleet API for users. */
    API,
    /** The Fleet API's registration of an application. */
    PARTNER_ACCOUNTS,
    /** The public key that an application hosts; it is stored with {@code PUT}. */
    HOSTED_KEY
}
