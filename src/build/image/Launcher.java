import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Writes the launcher: {@code bin/fleetauth}, or {@code bin\fleetauth.cmd}. */
final class Launcher {

    /** The JVM options of both launchers and of the training, except those for the compiler. */
    static final List<String> OPTIONS = List.of(
            // Optimized for a fast start.
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            // Limited, so that it also works in a small address space.
            "-Xmx256m",
            "-XX:CompressedClassSpaceSize=64m",
            // The caches at their original address: relocating them takes a fifth of a start and a third of its memory.
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            // Compiles a method after 1024 calls instead of 256: 15 % less processor time for a refresh.
            "-XX:Tier0InvokeNotifyFreqLog=10",
            // JVM messages go to standard error. No core dump is written, since memory contains secrets, and no crash
            // report, which the JVM would print on standard output.
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+SuppressFatalErrorMessage",
            // In JDK 22 to 24 the default console exists even without a terminal.
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
            for (String part : List.of("start.sh", "exec.sh")) {
                Files.copy(
                        sources.resolve("../launcher").resolve(part),
                        runtime.resolve("lib").resolve(part));
            }
            Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
