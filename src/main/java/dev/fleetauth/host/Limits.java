package dev.fleetauth.host;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is put up with from outside: how long is waited, and how much is taken. Everything that comes from a provider, the
 * browser or a file that someone names is held to these; {@code docs/security.md} lists them. The times are part of the
 * {@link Environment}, so that a test need not wait as long as a person may.
 *
 * @param connect how long until there is a connection to one address, and for looking up a name
 * @param call how long an exchange may take in all, from the lookup to the last byte of the body, however slowly that
 *     drips
 * @param silence how long the user at a terminal is not told what is being waited for; null for ever
 */
public record Limits(
        Duration connect, Duration call, @Nullable Duration silence) {

    /** What a person at a terminal puts up with. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(20));

    /** Limits with the usual silence. */
    public Limits(Duration connect, Duration call) {
        this(connect, call, Duration.ofSeconds(1));
    }

    /** The headers of an answer; more than 256 KiB are not even read. */
    public static final int HEADER_BYTES = 64 * 1024;

    /** All that comes in one exchange over TLS, handshake and frames included; several times the largest answer. */
    public static final int EXCHANGE_BYTES = 2 * 1024 * 1024;

    /** A discovery document, decompressed; the largest seen are a few tens of KiB. */
    public static final int DISCOVERY_BYTES = 256 * 1024;

    /** A set of keys, decompressed. */
    public static final int KEYS_BYTES = 512 * 1024;

    /** An answer of a token endpoint, decompressed; a few KiB, and some tens with large JWTs. */
    public static final int TOKEN_BYTES = 256 * 1024;

    /** An answer of a revocation endpoint, decompressed. */
    public static final int REVOCATION_BYTES = 64 * 1024;

    /** An answer of the Fleet API about the person, decompressed. */
    public static final int API_BYTES = 64 * 1024;

    /** A public key in PEM, from a file or a domain, decompressed; one takes 200 bytes. */
    public static final int PUBLIC_KEY_BYTES = 16 * 1024;

    /** Objects and lists within one another in JSON; real documents are three levels deep. */
    public static final int JSON_LEVELS = 32;

    /** The characters of a number in JSON. */
    public static final int JSON_NUMBER_CHARACTERS = 100;

    /** The characters of a member's name in JSON. */
    public static final int JSON_NAME_CHARACTERS = 1000;

    /** Keys in a set; each that fits may be tried. */
    public static final int KEYS = 100;

    /** The least size of an RSA key (RFC 7518 3.3). */
    public static final int MIN_RSA_BITS = 2048;

    /** Discovery documents that are kept; the oldest go first. */
    public static final int KEPT_DOCUMENTS = 64;

    /** An address in a discovery document. */
    public static final int ADDRESS_CHARACTERS = 2048;

    /** An authorization code; longer than any provider's. */
    public static final int CODE_CHARACTERS = 4096;

    /** How long a connection to the callback may take to send a request, in seconds. */
    public static final int CALLBACK_REQUEST_SECONDS = 10;

    /** Requests to the callback that are read at once; when there are more, the oldest connection is dropped. */
    public static final int CALLBACK_VISITORS = 128;

    /** Notices of requests to the callback, and of pasted lines, that are not the answer. */
    public static final int CALLBACK_NOTICES = 5;

    /** A file or standard input that is read as a token, a secret or certificates. */
    public static final int INPUT_BYTES = 1024 * 1024;

    /** Text of others in one line of output. */
    public static final int SHOWN_CHARACTERS = 2000;
}
