package dev.fleetauth.schedule;

import java.util.List;

/** What a process is about to do with the world, and what may go wrong with it. */
enum Step {
    /** Reads what several processes share. */
    READ,
    /** Reads the time: a suspended process goes on here at a later one. */
    TIME,
    /** Tries to have what only one process has at a time. */
    HOLD(Fault.CRASH),
    /** Writes to a database. */
    WRITE(Fault.CRASH, Fault.FAIL, Fault.UNKNOWN),
    /** Changes a file. */
    FILE(Fault.CRASH, Fault.FAIL),
    /** Sends a request, and has its response. */
    SEND(Fault.CRASH, Fault.FAIL, Fault.UNKNOWN);

    @SuppressWarnings("ImmutableEnumChecker") // List.of.
    private final List<Fault> faults;

    Step(Fault... faults) {
        this.faults = List.of(faults);
    }

    /**
     * What may go wrong. A process that is killed where it only reads leaves what it leaves if it is killed before its next
     * change.
     */
    List<Fault> faults() {
        return faults;
    }

    /** What goes wrong with a step. */
    enum Fault {
        NONE(""),
        /** The process is killed before it. */
        CRASH("!"),
        /** It is not done, and the process is told so. */
        FAIL("-"),
        /** It is done, and the process is told that it may not be: the response is lost. */
        UNKNOWN("?");

        /** How a schedule is written down. */
        final String sign;

        Fault(String sign) {
            this.sign = sign;
        }
    }
}
