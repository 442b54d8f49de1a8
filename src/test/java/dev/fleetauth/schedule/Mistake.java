package dev.fleetauth.schedule;

/** A deliberate bug, to check that the explorer finds it. */
enum Mistake {
    NONE,
    /** A refresh token is posted without a record of the attempt. */
    NO_ATTEMPT,
    /** A response is verified before it is saved. */
    VERIFY_BEFORE_SAVE,
    /** The profile is released before the request is sent. */
    EARLY_UNLOCK,
    /** The turn is written after the attempt, in a separate statement. */
    SEPARATE_TURN,
    /** An older state can replace a newer one. */
    OLDER_STATE_WINS
}
