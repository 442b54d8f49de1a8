package dev.fleetauth.host.keyring;

/** Thrown when a program does not provide or accept a secret. The message gives the reason and contains no secret. */
public final class NoSecretException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String source;

    NoSecretException(String source, String why) {
        super(why);
        this.source = source;
    }

    /** The program, or what configured it. */
    public String source() {
        return source;
    }

    /** The reason, for messages. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
