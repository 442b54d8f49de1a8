package dev.fleetauth.host;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The user's browser, from the first of these that is available.
 *
 * <ul>
 *   <li>{@code FLEETAUTH_BROWSER}: a command line with {@code %s} for the address, or to which the address is appended
 *   <li>{@code BROWSER}, except on Windows: such command lines separated by colons; the first that starts is used
 *   <li>the desktop: {@code xdg-open} on Linux, {@code open} on macOS, {@code rundll32} on Windows and in its Subsystem
 *       for Linux (WSL)
 * </ul>
 *
 * <p>The address is a single argument that begins with {@code http}, so it can be neither an option nor part of a
 * command, whatever a provider put into it.
 */
final class SystemBrowser implements Browser {

    private static final String OWN_VARIABLE = "FLEETAUTH_BROWSER";
    private static final String STANDARD_VARIABLE = "BROWSER";

    private static final long START_MILLIS = 1_000;

    private final Map<String, String> variables;
    private final OperatingSystem system;
    private final Path root;

    SystemBrowser(Map<String, String> variables, OperatingSystem system) {
        this(variables, system, Path.of("/"));
    }

    /** @param root the directory that contains the marker files of container engines and WSL */
    SystemBrowser(Map<String, String> variables, OperatingSystem system, Path root) {
        this.variables = variables;
        this.system = system;
        this.root = root;
    }

    @Override
    public boolean open(URI page) {
        if (!"https".equals(page.getScheme()) && !"http".equals(page.getScheme())) {
            // Other schemes may start any program.
            return false;
        }
        for (List<String> command : commands(page.toASCIIString())) {
            if (start(command)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String whyRemote() {
        if (isSet("SSH_CONNECTION") || isSet("SSH_TTY")) {
            return "this is an SSH session";
        }
        boolean container = isSet("container")
                || isSet("KUBERNETES_SERVICE_HOST")
                || Files.exists(root.resolve(".dockerenv"))
                || Files.exists(root.resolve("run/.containerenv"));
        return container ? "this is a container" : "";
    }

    @Override
    public boolean isAvailable() {
        return !command().isEmpty();
    }

    @Override
    public String command() {
        List<List<String>> commands = commands("");
        if (commands.isEmpty()) {
            return "";
        }
        return variable().isEmpty() ? commands.get(0).get(0) : "the command in " + variable();
    }

    private static boolean start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        ChildProcesses.withoutOwnVariables(builder);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            // A program that only hands the page to a browser, or fails, ends quickly; one that is still running is the
            // browser itself.
            return !process.waitFor(START_MILLIS, TimeUnit.MILLISECONDS) || process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /**
     * The commands that may open the page, the preferred one first. A configured browser that does not start is not
     * replaced by the desktop's.
     */
    List<List<String>> commands(String page) {
        String configured = value(variable()).orElse("");
        return switch (variable()) {
            case OWN_VARIABLE ->
                List.of(
                        system == OperatingSystem.WINDOWS
                                // Not through cmd, which would interpret & and % in an address.
                                ? BrowserCommand.words(configured, page)
                                : BrowserCommand.of(configured, page));
            case STANDARD_VARIABLE ->
                BrowserCommand.alternatives(configured).stream()
                        .map(command -> BrowserCommand.of(command, page))
                        .toList();
            default -> desktop(page);
        };
    }

    /** The variable that configures the browser; empty if none does. */
    private String variable() {
        if (isSet(OWN_VARIABLE)) {
            return OWN_VARIABLE;
        }
        return isSet(STANDARD_VARIABLE) && system != OperatingSystem.WINDOWS ? STANDARD_VARIABLE : "";
    }

    private List<List<String>> desktop(String page) {
        return switch (system) {
            case WINDOWS ->
                whyRemote().isEmpty()
                        ? List.of(windows(ChildProcesses.windowsProgram(variables, "rundll32.exe"), page))
                        : List.of();
            case MACOS -> whyRemote().isEmpty() ? List.of(List.of("open", page)) : List.of();
            case LINUX -> linux(page);
        };
    }

    private List<List<String>> linux(String page) {
        if (whyRemote().isEmpty() && isWsl()) {
            return List.of(windows("rundll32.exe", page));
        }
        // Without a display, xdg-open would start a text browser in the terminal, or hang.
        return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") ? List.of(List.of("xdg-open", page)) : List.of();
    }

    /** The command that opens a page on Windows. {@code cmd /c start} would treat {@code &} as the command's end. */
    private static List<String> windows(String program, String page) {
        return List.of(program, "url.dll,FileProtocolHandler", page);
    }

    private boolean isWsl() {
        return isSet("WSL_DISTRO_NAME") || Files.exists(root.resolve("proc/sys/fs/binfmt_misc/WSLInterop"));
    }

    private boolean isSet(String variable) {
        return value(variable).isPresent();
    }

    private Optional<String> value(String variable) {
        return Optional.ofNullable(variables.get(variable)).filter(value -> !value.isBlank());
    }
}
