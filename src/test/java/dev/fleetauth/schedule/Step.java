package dev.fleetauth.schedule;

import java.util.List;

/** The kinds of steps, and the faults that each may have. */
enum Step {
    /** Reads something that several processes share, or releases a lock, as a crash would. */
    READ,
    /** Reads the time. A suspended process continues here, at a later time. */
    TIME,
    /** Tries to get a lock or a turn. */
    HOLD(Fault.CRASH),
    /** Writes to a database. */
    WRITE(Fault.CRASH, Fault.FAIL, Fault.UNKNOWN),
    /** Changes a file. */
    FILE(Fault.CRASH, Fault.FAIL),
    /** Sends a request, and receives the response. */
    SEND(Fault.CRASH, Fault.FAIL, Fault.UNKNOWN);

    @SuppressWarnings("ImmutableEnumChecker") // List.of.
    private final List<Fault> faults;

    Step(Fault... faults) {
        this.faults = List.of(faults);
    }

    /**
     * The possible faults. A crash before a step that only reads has the same effect as one before the next step that
     * changes something.
     */
    List<Fault> faults() {
        return faults;
    }

    /** A fault of a step. */
    enum Fault {
        NONE(""),
        /** The process is killed before the step. */
        CRASH("!"),
        /** The step has no effect, and the process gets an error. */
        FAIL("-"),
        /** The step has its effect, and the process gets an error: the response is lost. */
        UNKNOWN("?");

        /** The sign in a recorded schedule. */
        final String sign;

        Fault(String sign) {
            this.sign = sign;
        }
    }
}
