package dev.fleetauth.host;

/** The programs that are started. */
final class ChildProcesses {

    private ChildProcesses() {}

    /**
     * Keeps our variables from a program, among which secrets may be: what it starts would inherit them, and a browser
     * lives long.
     */
    static ProcessBuilder withoutOurVariables(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
        return builder;
    }
}
