package dev.fleetauth.schedule;

/** What a process does, from its start to its end. It depends only on the values that its steps return. */
interface Program {

    /** Runs the program, and returns the outcome for the checks. */
    Outcome run(Actor process);
}
