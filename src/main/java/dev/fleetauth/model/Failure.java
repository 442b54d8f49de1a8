package dev.fleetauth.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a command failed. It carries facts; message, hint and exit code are added in one place, where it is
 * reported to the user. No field contains a secret. A field may contain text from a server, so control characters must
 * be escaped before it is shown.
 */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient Map<String, String> fields;
    private final transient @Nullable Duration retryAfter;

    private Failure(Kind kind, Map<String, String> fields, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(kind.name(), cause);
        this.kind = kind;
        this.fields = Collections.unmodifiableMap(fields);
        this.retryAfter = retryAfter;
    }

    /**
     * Creates a failure.
     *
     * @param values the values of the kind's fields, in order; times are truncated to seconds
     */
    public static Failure of(Kind kind, Object... values) {
        return because(null, kind, values);
    }

    /**
     * Creates a failure that was caused by another exception.
     *
     * @param cause the underlying exception; its message is never shown, since a library's message may quote a secret
     * @param values the values of the kind's fields, in order; times are truncated to seconds
     */
    public static Failure because(@Nullable Throwable cause, Kind kind, Object... values) {
        if (values.length != kind.fields.size()) {
            throw new IllegalArgumentException(kind + " has the fields " + kind.fields);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i] instanceof Instant time ? time.truncatedTo(ChronoUnit.SECONDS) : values[i];
            fields.put(kind.fields.get(i), String.valueOf(value));
        }
        return new Failure(kind, fields, cause, null);
    }

    /**
     * A copy of this failure that also carries the wait that the server asked for.
     *
     * @param wait the wait before a retry; null if the server named none
     */
    public Failure withRetryAfter(@Nullable Duration wait) {
        return new Failure(kind, fields, getCause(), wait);
    }

    public Kind kind() {
        return kind;
    }

    /** How long the server asked to wait before a retry; null if it named no time. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The facts by name, in the order that the kind declares. */
    public Map<String, String> fields() {
        return fields;
    }

    /** The kinds of failure, and the names of their facts. */
    public enum Kind {
        // Wrong usage.
        BAD_VALUE("what", "value", "expected"),
        CONFLICTING_OPTIONS("first", "second", "why"),
        /** A command, option or variable that cannot be used here. */
        UNUSABLE("what", "why", "remedy"),
        WRONG_USAGE("what", "command"),
        NOT_A_TOKEN("where"),
        SECRET_REJECTED("where", "what", "why"),
        SECRET_EXPOSED("where"),
        ACCOUNT_UNCLEAR("file", "why", "accounts"),
        UNCONFIRMED("file", "stop"),
        TEXT_UNREADABLE("source", "why"),
        NOT_KNOWN("what", "nearest"),
        NO_VALID_ANSWER("question", "expected"),
        /** A request to {@code serve} that is rejected because of its sender or its headers. */
        REQUEST_REFUSED("why"),
        /** A request to {@code serve} that is not valid HTTP, or exceeds a limit. */
        REQUEST_MALFORMED("why"),
        /** {@code serve} has nothing at the path of a request. */
        NO_SUCH_PATH,
        /** A client's private key, or a file or directory for it, that cannot be used. */
        KEY_UNUSABLE("file", "why", "remedy"),

        // Not set up.
        NO_SUCH_PROFILE("profile"),
        NO_STORE("file"),
        NO_TABLE("store"),
        SETTING_MISSING("setting", "ways"),
        SETTINGS_MISSING("settings", "ways"),
        FILE_UNREADABLE("file", "why"),
        /** The provider has no device authorization endpoint. */
        NO_DEVICE_LOGIN("issuer"),
        NO_EXPORT_KEY("needs"),
        TOKEN_FILE_REFUSED("why"),
        MOVED("profile", "host", "since"),
        MOVE_UNFINISHED("profile", "where"),
        NO_SUCH_CLIENT("client"),
        MOVED_TO("profile", "where"),
        HOME_MOVE_UNFINISHED("home"),
        MOVED_AGAIN("profile", "where"),
        /** The proxy that a variable names requires credentials or rejects them. */
        PROXY_REFUSED("variable", "why"),

        // User action required.
        /** The remedy is empty if a login without options is sufficient. */
        LOGIN_NEEDED("profile", "why", "remedy"),
        /** A change to a region that does not share logins with the current one. */
        REGION_LOGIN_NEEDED("profile", "region"),
        /** The profile has no tokens. */
        NOTHING_TO_REVOKE("profile"),
        LOGIN_TIMED_OUT("after", "redirect"),
        /** The wait for the response ended before the timeout. */
        LOGIN_ENDED("why"),
        PASTE_NEEDED("address"),
        /** Nobody has confirmed a login on another device. */
        NOT_CONFIRMED("address", "why"),
        /** The domain of an application does not serve its public key. */
        KEY_NOT_HOSTED("address", "why", "remedy"),
        /** The Fleet API does not have the application's domain and key. */
        NOT_REGISTERED("region", "domain", "why"),

        // Permanently refused.
        IMPORT_REFUSED("error"),
        REFUSED("endpoint", "status", "error", "description", "reference", "sent"),
        CANCELED("question"),
        /** The Fleet API returned an error. */
        API_REFUSED("endpoint", "status", "error"),
        DENIED("endpoint", "error", "description", "sent"),
        /** The callback contains an error other than a denial of access. */
        AUTHORIZATION_FAILED("endpoint", "error", "description", "sent"),
        RESPONSE_REJECTED("what", "why"),
        /** A token failed verification. */
        TOKEN_REJECTED("why"),
        NOT_VERIFIABLE("why"),
        DIFFERENT_SESSION("profile", "what", "stored", "given"),
        CALLBACK_REJECTED("why"),
        METADATA_REJECTED("address", "why", "remedy"),
        /**
         * The provider supports none of the client's authentication methods, or does not support the algorithm of the
         * client's key.
         */
        CLIENT_AUTH_UNSUPPORTED("issuer", "why", "remedy"),
        ENDPOINTS_MISMATCH("issuer", "endpoint", "origin", "token", "address"),
        LIFETIME_TOO_SHORT("requested", "lifetime"),
        UNPRINTABLE_TOKEN("profile", "why"),
        PROFILE_EXISTS("profile", "why", "remedy"),
        CLIENT_EXISTS("client"),
        TOO_MANY_CLIENTS("limit"),

        // Temporary.
        CALLBACK_UNAVAILABLE("address", "why", "remedy"),
        PORT_UNAVAILABLE("port", "why"),
        /** {@code serve} cannot listen on its Unix socket or address. */
        SOCKET_UNAVAILABLE("socket", "why", "remedy"),
        UNREACHABLE("address", "why"),
        NO_RESPONSE("address", "why"),
        SERVER_ERROR("address", "status", "title", "reference"),
        RATE_LIMITED("address", "wait"),
        BLOCKED_BY_CDN("address", "title", "reference"),
        BAD_RESPONSE("address", "why"),
        REFRESH_NEEDED("profile"),
        LOCK_HELD("profile", "holder", "since"),
        KEYS_IN_USE("file", "holder", "since"),
        ROTATION_UNFINISHED("profile", "why"),
        KEYS_UNAVAILABLE("address", "why"),
        RESPONSE_MAY_BE_LOST("profile", "host", "since"),
        RESPONSE_ON_OTHER_HOST("profile", "host", "since"),
        OVERTAKEN("profile"),
        RESPONSE_OVERTAKEN("profile"),
        STORE_UNREACHABLE("store", "why"),
        REFRESH_IN_DOUBT("profile", "process", "host", "since"),
        NOT_PUBLISHED("profile", "why"),

        // The store.
        /** No key source was given for an existing store. */
        NO_KEY_SOURCE("needs"),
        /** Nothing was given to seal a new store with. */
        NO_NEW_KEY,
        NO_NEW_PASSPHRASE,
        KEY_SOURCE_FAILED("source", "why"),
        WRONG_KEY("file", "needs", "given"),
        WRONG_PASSPHRASE("file"),
        WEAK_PASSPHRASE("minimum"),
        PASSPHRASES_DIFFER,
        KEY_FILE_MISSING("file"),
        KEY_FILE_FOREIGN("file"),
        KEY_FILE_INVALID("file", "why"),
        FILE_EXPOSED("file", "mode"),
        FILE_EXISTS("file"),
        UNLOCK_REFUSED("why"),
        STORE_EXPOSED("file", "mode"),
        STORE_FOREIGN("file"),
        HOME_FOREIGN("home"),
        TABLE_FOREIGN("store", "owner"),
        STORE_DAMAGED("file", "why"),
        /** A sealed file of another format version. */
        VERSION_UNSUPPORTED("file", "why"),
        /** A store has profiles or clients, but not the keys that open them. */
        KEYS_MISSING("file"),
        STORE_UNREADABLE("file", "why"),
        DATABASE_UNUSABLE("store", "why"),
        STORE_UNWRITABLE("file", "why", "outcome"),
        EXPORT_UNREADABLE("where", "why"),
        EXPORT_KEY_FAILED("source", "why"),

        // The command of exec, with a shell's exit codes.
        COMMAND_NOT_EXECUTABLE("command"),
        COMMAND_NOT_FOUND("command"),
        COMMAND_TOO_LONG("command"),

        // Unexpected.
        OUTPUT_FAILED,
        FILE_NOT_WRITTEN("file", "why"),
        DEMO_FAILED("step", "why");

        @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, but its type does not show it.
        private final List<String> fields;

        Kind(String... fields) {
            this.fields = List.of(fields);
        }

        /** The names of the facts. */
        public List<String> fields() {
            return fields;
        }
    }
}
