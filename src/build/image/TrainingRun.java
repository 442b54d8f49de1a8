import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a JVM below {@code dev.fleetauth.CacheTraining}, which prepares a sandbox with a login for it. */
final class TrainingRun {

    static final String CACHE_TRAINING = "dev.fleetauth/dev.fleetauth.CacheTraining";

    /** The system property that selects the common commands (true) or the others (false). */
    static final String QUICK = "fleetauth.quick";

    private TrainingRun() {}

    /**
     * Runs a JVM to its end.
     *
     * @param java the JVM, and where it finds the program's module
     * @param arguments its options, the module to run, and what that is told
     * @param directory its working directory
     * @param output receives its output
     */
    static void run(List<String> java, List<String> arguments, Path directory, Path output)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-m", CACHE_TRAINING));
        command.addAll(java);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // Variables that would change the JVM.
        builder.environment()
                .keySet()
                .removeIf(name -> name.contains("JAVA_") || name.startsWith("JDK_") || name.equals("CLASSPATH"));
        // As in the launcher.
        builder.environment().put("LC_ALL", "C.UTF-8");
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("exit code %d: %s%n%s".formatted(exit, command, Files.readString(output)));
        }
    }
}
