package dev.fleetauth.cli;

/**
 * What {@code --help} prints. picocli writes the same, and a test holds the two together: to ask it takes ten times as long
 * as the JVM takes to start.
 */
final class HelpText {

    private static final String TEXT = """
            """;

    private HelpText() {}

    /** The help, with the system's line ends and without the last. */
    static String get() {
        return TEXT.strip().replace("\n", System.lineSeparator());
    }
}
