package dev.fleetauth.serve.client;

import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.model.Failure;
import dev.fleetauth.serve.Replies;
import java.time.Duration;

/**
 * The refusal of a request, with the fields of an error response (RFC 6749 5.2). It quotes nothing from the request.
 */
final class ClientErrorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String description;
    private final String allow;
    private final transient Duration wait;

    /**
     * @param status the status of the response
     * @param error the error code
     * @param description the reason, for the person who runs the client
     */
    ClientErrorException(int status, String error, String description) {
        this(status, error, description, "", Duration.ZERO);
    }

    private ClientErrorException(int status, String error, String description, String allow, Duration wait) {
        super(error, null, false, false);
        this.status = status;
        this.error = error;
        this.description = description;
        this.allow = allow;
        this.wait = wait;
    }

    /**
     * The refusal that reports a failure.
     *
     * @param wait the time after which to retry; zero if that is unknown
     */
    static ClientErrorException of(Failure failure, Duration wait) {
        Explanation words = Explanation.of(failure);
        int status = Replies.status(failure, words);
        String error = switch (status) {
            case 401 -> "login_required";
            case 503 -> "temporarily_unavailable";
            default -> "server_error";
        };
        String hint = words.hint().isEmpty() ? "" : "; " + words.hint();
        return new ClientErrorException(status, error, words.message() + hint, "", wait);
    }

    /** The refusal of a method that is not allowed. */
    static ClientErrorException method(String allow) {
        return new ClientErrorException(
                405, "invalid_request", "this method is not allowed here: use " + allow, allow, Duration.ZERO);
    }

    /**
     * The refusal of a request after too many others.
     *
     * @param wait the time until a request is accepted again
     */
    static ClientErrorException tooMany(String error, String description, Duration wait) {
        return new ClientErrorException(429, error, description, "", wait);
    }

    /** The refusal of an invalid request. */
    static ClientErrorException invalid(String description) {
        return new ClientErrorException(400, "invalid_request", description);
    }

    /** The allowed methods for the header Allow; empty if the method is not the problem. */
    String allow() {
        return allow;
    }

    /** The time after which to retry; zero if that is unknown. */
    Duration retryAfter() {
        return wait;
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    String description() {
        return description;
    }
}
