import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What a person starts: {@code bin/fleetauth}, or {@code bin\fleetauth.cmd}. */
final class Launcher {

    /** What both launchers, and the training, give the JVM, beside the compiler, which they choose. */
    static final List<String> OPTIONS = List.of(
            // Quick to start rather than fast in the long run.
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            // Small enough for a limited address space.
            "-Xmx256m",
            "-XX:CompressedClassSpaceSize=64m",
            // The caches at the address they were made for: to move them takes a fifth of a start and a third of its
            // memory.
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            // What the JVM itself has to say goes to standard error, and its memory, which holds secrets, to no file.
            // It
            // says nothing of a crash, which it could only do on standard output.
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+SuppressFatalErrorMessage",
            // Since JDK 22 there would be a console where there is no terminal.
            "-Djdk.console=java.base");

    /** Where the runtime is below the prefix: its programs are not for the user's {@code PATH}. */
    static final String RUNTIME = "lib/fleetauth";

    private Launcher() {}

    static void write(Path sources, Path image) throws IOException {
        Path runtime = image.resolve(RUNTIME);
        boolean windows = Files.exists(runtime.resolve("bin/java.exe"));
        Files.createDirectories(image.resolve("bin"));
        Path launcher = image.resolve(windows ? "bin/fleetauth.cmd" : "bin/fleetauth");
        String text = Files.readString(sources.resolve(windows ? "launcher.cmd" : "launcher.sh"));
        Files.writeString(launcher, text.replace("@OPTIONS@", String.join(" ", OPTIONS)));
        if (!windows) {
            Files.copy(sources.resolve("../launcher/exec.sh"), runtime.resolve("lib/exec.sh"));
            Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
