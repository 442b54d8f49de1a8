package dev.fleetauth.sandbox.provider;

/**
 * Thrown to refuse a request with an error of OAuth (RFC 6749 5.2) or of Tesla.
 *
 * <p>It is thrown where the reason is found, and converted to a response in one place.
 */
public final class ProviderErrorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Reason reason;

    ProviderErrorException(Reason reason) {
        super(reason.error(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /**
     * The reason, in the provider's words.
     *
     * @param status the HTTP status
     * @param error the error code
     * @param description a sentence for developers
     */
    public record Reason(int status, String error, String description) {

        static Reason invalidRequest(String description) {
            return new Reason(400, "invalid_request", description);
        }
    }
}
