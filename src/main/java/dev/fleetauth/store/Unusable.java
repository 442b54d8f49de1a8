package dev.fleetauth.store;

/** Something that was read is not what it should be. The message says why and quotes nothing of the content. */
final class Unusable extends Exception {

    private static final long serialVersionUID = 1L;

    Unusable(String why) {
        super(why);
    }

    /** Why, for a person to read. */
    String why() {
        return String.valueOf(getMessage());
    }
}
