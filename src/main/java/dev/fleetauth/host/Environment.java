package dev.fleetauth.host;

import dev.fleetauth.host.time.TimeZones;
import dev.fleetauth.host.time.Uptime;
import java.io.File;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
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

    /** What decides over the encoding, the first that is set. */
    private static final List<String> LOCALE = List.of("LC_ALL", "LC_CTYPE", "LANG");

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

    /**
     * The environment of this very process.
     *
     * @throws ExactText.Malformed if the user's home cannot be told from it
     */
    public static Environment ofThisProcess() {
        Map<String, String> variables = System.getenv();
        OperatingSystem system = OperatingSystem.named(System.getProperty("os.name"));
        return new Environment(
                System.in,
                system == OperatingSystem.WINDOWS ? System.out : StandardOutput.open(isUtf8(variables, system)),
                isUtf8(variables, system) ? System.err : EscapingOutput.to(FileDescriptor.err),
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
        String home = system == OperatingSystem.WINDOWS ? null : variables.get("HOME");
        Path path = home == null ? null : ExactText.path(home, "HOME");
        return path != null && path.isAbsolute()
                ? path
                : ExactText.path(System.getProperty("user.home"), "the user's home");
    }

    /** Whether what is printed may be UTF-8: by the user's own locale, which the launcher keeps from the JVM. */
    private static boolean isUtf8(Map<String, String> variables, OperatingSystem system) {
        if (system == OperatingSystem.WINDOWS) {
            return true;
        }
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            return false;
        }
        for (String name : LOCALE) {
            String locale = LauncherVariables.original(variables, name);
            if (locale != null && !locale.isEmpty()) {
                String encoding = locale.toUpperCase(Locale.ROOT);
                return encoding.contains("UTF-8") || encoding.contains("UTF8");
            }
        }
        return system == OperatingSystem.MACOS;
    }

    /** Whether what is printed may have characters that are not ASCII. */
    public boolean isUtf8() {
        return isUtf8(variables, system);
    }

    /** The name of a variable of this program that is set to nothing; empty if there is none. */
    public Optional<String> blankVariable() {
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (name.startsWith(LauncherVariables.OURS)
                    && !name.startsWith(LauncherVariables.KEPT)
                    // For this one, as in git, nothing means none.
                    && !name.equals("FLEETAUTH_PAGER")
                    && variable.getValue().isBlank()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
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

    private @Nullable Path pathIn(String name) {
        String value = variable(name).orElse("");
        return value.isEmpty() ? null : ExactText.path(expand(value), name);
    }

    /**
     * A path as it was typed or set, made absolute; {@code ~} in front of it is the user's home folder.
     *
     * @throws java.nio.file.InvalidPathException if it is none
     */
    public Path path(String text) {
        return Path.of(expand(text)).toAbsolutePath();
    }

    /** Whether a path is given by the user's home folder, as {@code ~} in front of it says. */
    public static boolean isBelowHome(String text) {
        return text.startsWith("~")
                && (text.length() == 1 || text.charAt(1) == '/' || text.charAt(1) == File.separatorChar);
    }

    /** A path with the user's home folder in the place of {@code ~}, as where no shell has done it. */
    public String expand(String text) {
        return isBelowHome(text)
                ? userHome.resolve(text.substring(Math.min(2, text.length()))).toString()
                : text;
    }

    /**
     * Begins something that may take long, of which the user at a terminal is told once it does.
     *
     * @param what what is being done, as the beginning of a sentence
     * @return what ends it
     */
    public BusyLine busy(String what) {
        return BusyLine.begin(err, terminal, what, limits.silence());
    }

    /** The same environment, in which the user is not told what takes long. */
    public Environment withoutBusyLines() {
        return new Environment(
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
                uptime,
                new Limits(limits.connect(), limits.call(), null));
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
     * The directory for all that fleetauth keeps: what was asked for, else {@code FLEETAUTH_HOME}, else
     * {@link DefaultHome}; empty if the user has no home directory.
     *
     * @param asked the directory given on the command line, if any
     */
    public Optional<Path> home(Optional<Path> asked) {
        String given = asked.isPresent()
                ? asked.get().toString()
                : variable("FLEETAUTH_HOME").orElse("");
        if (given.isEmpty()) {
            return defaultHome().inUse();
        }
        Path home = ownHome(given);
        return home == null
                ? Optional.empty()
                : Optional.of(home.toAbsolutePath().normalize());
    }

    private @Nullable Path ownHome(String given) {
        return isBelowHome(given) && !userHome.isAbsolute() ? null : ExactText.path(expand(given), "FLEETAUTH_HOME");
    }

    /** The home where none is named. */
    public DefaultHome defaultHome() {
        boolean isWindows = system == OperatingSystem.WINDOWS;
        return new DefaultHome(
                system,
                userHome,
                pathIn(isWindows ? "LOCALAPPDATA" : "XDG_STATE_HOME"),
                pathIn(isWindows ? "APPDATA" : "XDG_CONFIG_HOME"),
                pathIn("XDG_CACHE_HOME"));
    }
}
