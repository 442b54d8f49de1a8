package dev.fleetauth.host;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything a command takes from the world, handed in so that a test, or {@code demo}, can hand in another.
 *
 * @param in standard input
 * @param out standard output: the result of a command and nothing else
 * @param err standard error: all that a person reads on the way
 * @param variables the environment variables
 * @param clock the wall clock, UTC
 * @param random the source of every random value
 * @param terminal the terminal the person sits at, if there is one
 * @param browser what opens a page for the person
 * @param userHome the person's home folder
 * @param temporaryFolder the system's folder for files that may go any day; others may be able to write in it too
 * @param system the operating system's family, which decides folders and permissions
 * @param uptime how long the machine has been up; empty where it does not say
 * @param limits how long the world is waited for
 */
public record Environment(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> variables,
        Clock clock,
        SecureRandom random,
        Terminal terminal,
        Browser browser,
        Path userHome,
        Path temporaryFolder,
        OperatingSystem system,
        Supplier<Optional<Uptime>> uptime,
        Limits limits) {

    /** An environment with the limits of every day, on a machine that does not say how long it has been up. */
    public Environment(
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> variables,
            Clock clock,
            SecureRandom random,
            Terminal terminal,
            Browser browser,
            Path userHome,
            Path temporaryFolder,
            OperatingSystem system) {
        this(
                in,
                out,
                err,
                variables,
                clock,
                random,
                terminal,
                browser,
                userHome,
                temporaryFolder,
                system,
                Optional::empty,
                Limits.DEFAULT);
    }

    /**
     * An environment with the limits of every day, whose folder for temporary files is {@code tmp} in the person's home,
     * which need not be there.
     */
    public Environment(
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> variables,
            Clock clock,
            SecureRandom random,
            Terminal terminal,
            Browser browser,
            Path userHome,
            OperatingSystem system) {
        this(in, out, err, variables, clock, random, terminal, browser, userHome, userHome.resolve("tmp"), system);
    }

    /** The environment of this very process. */
    public static Environment ofThisProcess() {
        Map<String, String> variables = System.getenv();
        OperatingSystem system = OperatingSystem.named(System.getProperty("os.name"));
        return new Environment(
                System.in,
                System.out,
                System.err,
                variables,
                Clock.systemUTC(),
                new SystemRandom(),
                SystemTerminal.of(system),
                new SystemBrowser(variables, system),
                homeOfTheUser(variables, system),
                // Not TMPDIR: what one process puts there another must find, be its variables what they may.
                Path.of(System.getProperty("java.io.tmpdir")),
                system,
                Uptime::ofThisMachine,
                Limits.DEFAULT);
    }

    /** As every shell and XDG have it, {@code HOME}; the JDK asks the system's list of users. */
    private static Path homeOfTheUser(Map<String, String> variables, OperatingSystem system) {
        return Optional.ofNullable(variables.get("HOME"))
                .filter(home -> system != OperatingSystem.WINDOWS)
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(System.getProperty("user.home")));
    }

    /**
     * The value of an environment variable; one that is set to nothing counts as not set, as in most Unix tools.
     *
     * @throws ExactText.Malformed if a character of it was lost
     */
    public Optional<String> variable(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(ExactText.require(value, name));
    }

    /** The machine's name: what the environment calls it, else what the system does, else {@code localhost}. */
    public String host() {
        return variable("HOSTNAME").or(() -> variable("COMPUTERNAME")).orElseGet(ThisProcess::host);
    }

    /** The time zone of the user: {@code TZ} as POSIX has it or the name of a zone, else the system's. */
    public ZoneId zone() {
        return variable("TZ").map(TimeZones::of).orElseGet(ZoneId::systemDefault);
    }

    /**
     * The directory for all that fleetauth keeps: what was asked for, else {@code FLEETAUTH_HOME}, else the system's place
     * for settings; empty if the user has no home.
     *
     * @param asked the directory given on the command line, if any
     */
    public Optional<Path> home(Optional<Path> asked) {
        Path home = asked.orElse(null);
        if (home == null) {
            String variable = variable("FLEETAUTH_HOME").orElse(null);
            home = variable == null ? defaultHome() : Path.of(variable);
        }
        return home == null
                ? Optional.empty()
                : Optional.of(home.toAbsolutePath().normalize());
    }

    private @Nullable Path defaultHome() {
        boolean isWindows = system == OperatingSystem.WINDOWS;
        String variable = variable(isWindows ? "APPDATA" : "XDG_CONFIG_HOME").orElse(null);
        // The XDG base directory specification: a relative path is invalid and to be ignored.
        if (variable != null && (isWindows || Path.of(variable).isAbsolute())) {
            return Path.of(variable).resolve("fleetauth");
        }
        // Of a user whose home the system does not know, the JDK says a relative path.
        if (!userHome.isAbsolute()) {
            return null;
        }
        return userHome.resolve(isWindows ? "AppData/Roaming" : ".config").resolve("fleetauth");
    }
}
