package dev.fleetauth.host;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The browser of the desktop, or the command in {@code FLEETAUTH_BROWSER}, which gets the address as {@code $1}. The
 * address is one argument, which begins with {@code http}: it can be neither an option nor part of a command, whatever a
 * provider wrote into it.
 */
final class SystemBrowser implements Browser {

    private static final long SOON_MILLIS = 1_000;

    private final Map<String, String> variables;
    private final OperatingSystem system;

    SystemBrowser(Map<String, String> variables, OperatingSystem system) {
        this.variables = variables;
        this.system = system;
    }

    @Override
    public boolean open(URI page) {
        if (!"https".equals(page.getScheme()) && !"http".equals(page.getScheme())) {
            // Nothing else is a page: a scheme of its own may start any program.
            return false;
        }
        if (system == OperatingSystem.LINUX
                && chosen().isEmpty()
                && !variables.containsKey("DISPLAY")
                && !variables.containsKey("WAYLAND_DISPLAY")) {
            // xdg-open would start a text browser inside the terminal, or hang.
            return false;
        }
        ProcessBuilder builder = new ProcessBuilder(command(page.toASCIIString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        ChildProcesses.withoutOurVariables(builder);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            // What hands the page on and what fails are both done soon; what is still there is the browser itself.
            return !process.waitFor(SOON_MILLIS, TimeUnit.MILLISECONDS) || process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private String chosen() {
        return variables.getOrDefault("FLEETAUTH_BROWSER", "");
    }

    private List<String> command(String page) {
        String chosen = chosen();
        return switch (system) {
            case WINDOWS ->
                chosen.isEmpty()
                        ? List.of("rundll32", "url.dll,FileProtocolHandler", page)
                        // Not by way of cmd, to which & and % in an address are commands and variables.
                        : List.of(chosen, page);
            case MACOS -> chosen.isEmpty() ? List.of("open", page) : shell(chosen, page);
            case LINUX -> chosen.isEmpty() ? List.of("xdg-open", page) : shell(chosen, page);
        };
    }

    /** As git runs its helpers: a command line for the shell, and the argument behind it, quoted by the shell itself. */
    private static List<String> shell(String command, String argument) {
        return List.of("sh", "-c", command + " \"$1\"", "fleetauth", argument);
    }
}
