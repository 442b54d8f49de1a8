import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the program where there is a login: {@code dev.fleetauth.CacheTraining} sets the stage. */
final class Stage {

    static final String CACHE_TRAINING = "dev.fleetauth/dev.fleetauth.CacheTraining";

    /** A property that is true for the commands that each start is made for, and not for the others. */
    static final String QUICK = "fleetauth.quick";

    private Stage() {}

    /**
     * Runs a JVM to its end.
     *
     * @param java the JVM, and where it finds the program's module
     * @param arguments its options, the module to run, and what that is told
     * @param folder where it runs
     * @param output gets all that it says
     */
    static void run(List<String> java, List<String> arguments, Path folder, Path output)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of("-m", CACHE_TRAINING));
        command.addAll(java);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // What would change the JVM that is trained.
        builder.environment()
                .keySet()
                .removeIf(name -> name.contains("JAVA_") || name.startsWith("JDK_") || name.equals("CLASSPATH"));
        // As the launcher has it.
        builder.environment().put("LC_ALL", "C.UTF-8");
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("exit code %d: %s%n%s".formatted(exit, command, Files.readString(output)));
        }
    }
}
