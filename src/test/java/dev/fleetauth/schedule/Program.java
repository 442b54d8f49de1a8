package dev.fleetauth.schedule;

/** What a process does, from its start to its end. It depends on nothing but what its steps return. */
interface Program {

    /**
     * Runs it.
     *
     * @return what came of it, for the checks
     */
    Outcome run(Actor process);
}
