package dev.fleetauth.cli.print;

import dev.fleetauth.model.KnownError;

/** The exit codes. Interrupted and terminated commands exit with 130 and 143, as is usual for signals. */
public final class ExitCode {

    /** Success. */
    public static final int DONE = 0;
    /** An unexpected failure (a bug), or output that could not be written. */
    public static final int UNEXPECTED = 1;
    /** Usage error. */
    public static final int USAGE = 2;
    /** Not set up: a profile or a setting is missing. */
    static final int NOT_SET_UP = 3;
    /** User action required. */
    public static final int USER_ACTION = 4;
    /** Refused by the provider or the user; retrying will not help. */
    static final int REFUSED = 5;
    /** Temporary; retry later. */
    static final int TEMPORARY = 6;
    /** The store could not be opened or written. */
    static final int STORE = 7;

    /** The program of {@code exec} exists but cannot be run. */
    static final int NOT_EXECUTABLE = 126;
    /** The program of {@code exec} was not found. */
    static final int NOT_FOUND = 127;

    private ExitCode() {}

    /** The exit code for an error, by what resolves it. */
    public static int of(KnownError.Resolution resolution) {
        return switch (resolution) {
            case USER_ACTION -> USER_ACTION;
            case CHANGE -> REFUSED;
            case RETRY -> TEMPORARY;
        };
    }
}
