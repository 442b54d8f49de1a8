package dev.fleetauth.host;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.TimeZones;
import dev.fleetauth.host.time.Uptime;
import java.io.File;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything outside the process that a command uses, passed in so that tests and {@code demo} can replace it.
 *
 * @param in standard input
 * @param out standard output: only the result of a command
 * @param err standard error: everything else that the user reads
 * @param variables the environment variables
 * @param clock the wall clock, UTC
 * @param random the source of all random values
 * @param terminal the user's terminal, if there is one
 * @param browser opens pages for the user
 * @param userHome the user's home directory
 * @param temporaryDirectory the system's directory for temporary files; other users may be able to write to it
 * @param system the operating system family, which determines directories and permissions
 * @param uptime the machine's uptime; empty if unknown
 * @param limits the timeouts
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
        Path temporaryDirectory,
        OperatingSystem system,
        Supplier<Optional<Uptime>> uptime,
        Limits limits) {

    /** The variables that determine the encoding; the first that is set takes precedence. */
    private static final List<String> LOCALE = List.of("LC_ALL", "LC_CTYPE", "LANG");

    /** An environment with the default limits, on a machine whose uptime is unknown. */
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
            Path temporaryDirectory,
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
                temporaryDirectory,
                system,
                Optional::empty,
                Limits.DEFAULT);
    }

    /**
     * An environment with the default limits, whose temporary directory is {@code tmp} in the user's home and need not
     * exist.
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
     * The environment of this process.
     *
     * @throws ExactText.Malformed if the path of the user's home could not be decoded or is invalid
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
                // Not TMPDIR: one process must find what another put there, even if their variables differ.
                Path.of(System.getProperty("java.io.tmpdir")),
                system,
                Uptime::ofThisMachine,
                Limits.DEFAULT);
    }

    /** The user's home: {@code HOME}, as for shells and XDG; the JDK would use the system's user database. */
    private static Path homeOfTheUser(Map<String, String> variables, OperatingSystem system) {
        String home = system == OperatingSystem.WINDOWS ? null : variables.get("HOME");
        Path path = home == null ? null : ExactText.path(home, "HOME");
        return path != null && path.isAbsolute()
                ? path
                : ExactText.path(System.getProperty("user.home"), "the user's home");
    }

    /** Whether output may be UTF-8, according to the user's own locale, which the launcher withholds from the JVM. */
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

    /** Whether output may contain non-ASCII characters. */
    public boolean isUtf8() {
        return isUtf8(variables, system);
    }

    /** The name of one of fleetauth's variables that is set but blank; empty if there is none. */
    public Optional<String> blankVariable() {
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            if (name.startsWith(LauncherVariables.PREFIX)
                    && !name.startsWith(LauncherVariables.WITHHELD)
                    // As in git, an empty pager means none.
                    && !name.equals("FLEETAUTH_PAGER")
                    && variable.getValue().isBlank()) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /**
     * The value of an environment variable. A variable that is set to an empty string counts as unset, as in most Unix
     * tools.
     *
     * @throws ExactText.Malformed if it contains an undecodable character
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
     * A path as the user wrote it, made absolute; a leading {@code ~} is the user's home directory.
     *
     * @throws java.nio.file.InvalidPathException if it is not a path
     */
    public Path path(String text) {
        return Path.of(expand(text)).toAbsolutePath();
    }

    /** Whether a path begins with {@code ~}, the user's home directory. */
    public static boolean startsWithTilde(String text) {
        return text.startsWith("~")
                && (text.length() == 1 || text.charAt(1) == '/' || text.charAt(1) == File.separatorChar);
    }

    /** Expands a leading {@code ~}, for paths that no shell has expanded. */
    public String expand(String text) {
        return startsWithTilde(text)
                ? userHome.resolve(text.substring(Math.min(2, text.length()))).toString()
                : text;
    }

    /**
     * Announces a task that may be slow: if it is, a user at a terminal sees that it is still running.
     *
     * @param what the task, as the beginning of a sentence
     * @return the line, to be closed when the task ends
     */
    public BusyLine busy(String what) {
        return BusyLine.begin(err, terminal, what, null, limits.noticeDelay());
    }

    /**
     * Begins a wait, and shows a user at a terminal from the start how much time is left.
     *
     * @param what the awaited event, as the beginning of a sentence
     * @param end the deadline of the wait
     * @return the line, to be closed when the wait ends
     */
    public BusyLine countdown(String what, Deadline end) {
        return BusyLine.begin(err, terminal, what, end, limits.noticeDelay() == null ? null : Duration.ZERO);
    }

    /** The same environment without messages about slow tasks. */
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
                temporaryDirectory,
                system,
                uptime,
                new Limits(limits.connect(), limits.call(), null));
    }

    /** The machine's name: from the environment, else from the system, else {@code localhost}. */
    public String host() {
        String name = variable("HOSTNAME").orElse(variable("COMPUTERNAME").orElse(""));
        return name.isEmpty() ? ThisProcess.host() : name;
    }

    /** The user's time zone: {@code TZ} in POSIX form or as the name of a zone, else the system's. */
    public ZoneId zone() {
        return variable("TZ").map(TimeZones::of).orElseGet(ZoneId::systemDefault);
    }

    /**
     * The directory for all fleetauth data: the given one, else {@code FLEETAUTH_HOME}, else {@link DefaultHome}; empty
     * if it depends on a home directory that the user does not have.
     *
     * @param option the directory given on the command line, if any
     */
    public Optional<Path> home(Optional<Path> option) {
        String given = option.isPresent()
                ? option.get().toString()
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
        return startsWithTilde(given) && !userHome.isAbsolute()
                ? null
                : ExactText.path(expand(given), "FLEETAUTH_HOME");
    }

    /** The home unless the user chooses one. */
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
