package dev.fleetauth.schedule;

/** What is done wrong on purpose, to see that it is found. */
enum Mistake {
    NONE,
    /** A refresh token is posted without a record of the attempt. */
    NO_ATTEMPT,
    /** A response is verified before it is saved. */
    VERIFY_BEFORE_SAVE,
    /** The profile is released before the request is sent. */
    EARLY_UNLOCK,
    /** The turn is written after the attempt, in a statement of its own. */
    SEPARATE_TURN,
    /** A state is written over a newer one. */
    OLDER_STATE_WINS
}
