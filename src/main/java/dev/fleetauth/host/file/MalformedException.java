package dev.fleetauth.host.file;

/** Thrown if data that was read is malformed. The message gives the reason and quotes nothing of the content. */
public class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedException(String why) {
        super(why);
    }

    /** The reason, for messages. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
