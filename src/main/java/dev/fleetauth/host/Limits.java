package dev.fleetauth.host;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits on untrusted input: timeouts and sizes for everything that comes from a provider, the browser, a client of
 * {@code serve}, the user or a file; {@code docs/security.md} lists them. The timeouts of requests are part of the
 * {@link Environment}, so that tests need not wait as long as a user may.
 *
 * @param connect the timeout for connecting to one address, and for looking up a name
 * @param call the timeout of an entire exchange, from the lookup to the last byte of the body, however slowly it
 * arrives
 * @param noticeDelay how long a command waits before it tells a user at a terminal why it waits; null to never tell
 */
public record Limits(
        Duration connect, Duration call, @Nullable Duration noticeDelay) {

    /** The default timeouts. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(20));

    /** Timeouts with the default notice delay. */
    public Limits(Duration connect, Duration call) {
        this(connect, call, Duration.ofSeconds(1));
    }

    /** The size of a response's headers; over HTTP/1.1, more than 256 KiB are not even read. */
    public static final int HEADER_BYTES = 64 * 1024;

    /**
     * The size of everything received in one exchange over TLS, including handshake and frames; several times the
     * largest response. Does not apply to the proxy of {@code serve}, which has limits of its own.
     */
    public static final int EXCHANGE_BYTES = 2 * 1024 * 1024;

    /** The size of a discovery document, decompressed; the largest seen is a few tens of KiB. */
    public static final int DISCOVERY_BYTES = 256 * 1024;

    /** The size of a key set, decompressed. */
    public static final int KEYS_BYTES = 512 * 1024;

    /** The size of a token response, decompressed; typically a few KiB, or tens of KiB with large JWTs. */
    public static final int TOKEN_BYTES = 256 * 1024;

    /** The size of a device authorization response, decompressed. */
    public static final int DEVICE_BYTES = 64 * 1024;

    /** The size of a revocation response, decompressed. */
    public static final int REVOCATION_BYTES = 64 * 1024;

    /** The size of a Fleet API response, decompressed. */
    public static final int API_BYTES = 64 * 1024;

    /** The size of a public key in PEM from a file or a domain, decompressed; typically 200 bytes. */
    public static final int PUBLIC_KEY_BYTES = 16 * 1024;

    /** The nesting depth of JSON; real documents have three levels. */
    public static final int JSON_LEVELS = 32;

    /** The length of a number in JSON. */
    public static final int JSON_NUMBER_CHARACTERS = 100;

    /** The length of a member name in JSON. */
    public static final int JSON_NAME_CHARACTERS = 1000;

    /** The number of keys in a key set; each that matches may be tried. */
    public static final int KEYS = 100;

    /** The minimum size of an RSA key (RFC 7518 3.3). */
    public static final int MIN_RSA_BITS = 2048;

    /** The largest size of a client's RSA key; signing with a larger one takes seconds. */
    public static final int MAX_RSA_BITS = 8192;

    /** The number of cached discovery documents and key sets; the oldest are removed first. */
    public static final int CACHED_DOCUMENTS = 64;

    /** The length of an address in a discovery document. */
    public static final int ADDRESS_CHARACTERS = 2048;

    /** The length of an authorization code or a device code; longer than any provider's. */
    public static final int CODE_CHARACTERS = 4096;

    /** The length of a code that the user enters on another device. */
    public static final int USER_CODE_CHARACTERS = 64;

    /** The number of parameters that the user adds to the authorization request. */
    public static final int PARAMETERS = 16;

    /** The length of such a parameter's name. */
    public static final int PARAMETER_NAME_CHARACTERS = 64;

    /** The length of such a parameter's value; all parameters must fit into an address. */
    public static final int PARAMETER_VALUE_CHARACTERS = 500;

    /** The time for a connection to the callback to send a request, in seconds. */
    public static final int CALLBACK_REQUEST_SECONDS = 10;

    /** The number of requests to the callback that are read at once; beyond it, the oldest connection is dropped. */
    public static final int CALLBACK_REQUESTS = 128;

    /** The number of notices about requests to the callback, or about pasted lines, that are not the response. */
    public static final int CALLBACK_NOTICES = 5;

    /** The size of the request line and headers of a request to {@code serve}. */
    public static final int SERVE_HEADER_BYTES = 16 * 1024;

    /** Connections to each address of {@code serve}; more wait until one is closed. */
    public static final int SERVE_CONNECTIONS = 512;

    /** Requests to {@code serve} that are processed at once, including those that wait for a refresh. */
    public static final int SERVE_THREADS = 256;

    /** The time for the headers of a request to {@code serve}, in seconds; in effect up to twice as long. */
    public static final int SERVE_REQUEST_SECONDS = 10;

    /** How long a connection to {@code serve} may be silent, in seconds. */
    public static final int SERVE_IDLE_SECONDS = 30;

    /** The largest port number. */
    public static final int MAX_PORT = 65_535;

    /** The size of a file or standard input that is read as a token, a secret or certificates. */
    public static final int INPUT_BYTES = 1024 * 1024;

    /** The length of untrusted text in one line of output. */
    public static final int SHOWN_CHARACTERS = 2000;

    /** Clients of {@code serve} in one store. */
    public static final int CLIENTS = 256;

    /** The size of a request to the token endpoint of {@code serve}. */
    public static final int SERVE_TOKEN_REQUEST_BYTES = 16 * 1024;

    /** The size of a request body that the proxy of {@code serve} forwards; a signed command takes a few KiB. */
    public static final int SERVE_REQUEST_BYTES = 1024 * 1024;

    /** The size of a response body that the proxy of {@code serve} forwards, decompressed. */
    public static final int SERVE_RESPONSE_BYTES = 32 * 1024 * 1024;

    /** How long the proxy of {@code serve} waits for the next byte from a server, and keeps an idle connection. */
    public static final int SERVE_UPSTREAM_IDLE_SECONDS = 30;

    /** How long an exchange of the proxy of {@code serve} may take in all. */
    public static final int SERVE_UPSTREAM_SECONDS = 120;

    /** Idle connections that the proxy of {@code serve} keeps. */
    public static final int SERVE_UPSTREAM_CONNECTIONS = 8;

    /**
     * How long {@code serve} uses the list of clients before it is read again, in seconds: a removed client is served
     * until then.
     */
    public static final int SERVE_CLIENTS_SECONDS = 1;

    /** Wrong client keys per minute; {@code serve} answers further ones with 429. */
    public static final int SERVE_WRONG_KEYS = 20;
}
