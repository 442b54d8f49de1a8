package dev.fleetauth.serve.client;

/** The refusal of a request, with the fields of an error response (RFC 6749 5.2). It quotes nothing of the request. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String description;
    private final String allow;

    /**
     * @param status the status of the response
     * @param error the error code
     * @param description the reason, for the person who runs the client
     */
    Refusal(int status, String error, String description) {
        this(status, error, description, "");
    }

    private Refusal(int status, String error, String description, String allow) {
        super(error, null, false, false);
        this.status = status;
        this.error = error;
        this.description = description;
        this.allow = allow;
    }

    /** The refusal of a method that is not allowed. */
    static Refusal method(String allow) {
        return new Refusal(405, "invalid_request", "this method is not allowed here: use " + allow, allow);
    }

    /** The refusal of an invalid request. */
    static Refusal invalid(String description) {
        return new Refusal(400, "invalid_request", description);
    }

    /** The allowed methods for the header Allow; empty if the method is not the problem. */
    String allow() {
        return allow;
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
