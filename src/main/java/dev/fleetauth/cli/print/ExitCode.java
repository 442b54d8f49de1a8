package dev.fleetauth.cli.print;

import dev.fleetauth.model.KnownError;

/** What a run's exit code tells a script. Interrupted and terminated runs exit with 130 and 143, as the system has it. */
public final class ExitCode {

    /** Done. */
    public static final int DONE = 0;
    /** An unexpected failure, a bug; output that could not be written. */
    public static final int UNEXPECTED = 1;
    /** Wrong usage. */
    public static final int USAGE = 2;
    /** Not set up: no such profile, a setting missing. */
    static final int NOT_SET_UP = 3;
    /** A person is needed. */
    public static final int USER_ACTION = 4;
    /** Refused by the provider or by the person; trying again will not help. */
    static final int REFUSED = 5;
    /** Temporary; try again later. */
    static final int TEMPORARY = 6;
    /** The store could not be opened or written. */
    static final int STORE = 7;

    /** The command of {@code exec} is there and cannot be run. */
    static final int NOT_EXECUTABLE = 126;
    /** The command of {@code exec} is not there. */
    static final int NOT_FOUND = 127;

    private ExitCode() {}

    /** The code that tells who acts on an error. */
    public static int of(KnownError.Act act) {
        return switch (act) {
            case PERSON -> USER_ACTION;
            case CHANGE -> REFUSED;
            case LATER -> TEMPORARY;
        };
    }
}
