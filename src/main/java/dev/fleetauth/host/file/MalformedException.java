package dev.fleetauth.host.file;

/** Something that was read is not what it should be. The message says why and quotes nothing of the content. */
public final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedException(String why) {
        super(why);
    }

    /** Why, for a person to read. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
