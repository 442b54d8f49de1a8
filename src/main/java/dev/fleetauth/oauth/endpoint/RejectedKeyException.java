package dev.fleetauth.oauth.endpoint;

/** Reports why a string is not a client's private key. The message quotes at most a PEM label from it. */
final class RejectedKeyException extends Exception {

    static final String USE_ANOTHER_KEY =
            "use an RSA key of 2048 to 8192 bits, or an EC key on P-256, as PEM or a JWK; nothing was sent";
    static final String OTHER_CURVE = "its curve is not P-256";

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * Creates an exception.
     * @param remedy what the user can do
     */
    RejectedKeyException(String why, String remedy) {
        super(why);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
