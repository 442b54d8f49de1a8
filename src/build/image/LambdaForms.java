import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The shapes of lambdas that the program uses. For each that the JDK does not bring, the JVM makes a class when it first meets
 * it, which is a tenth of a refresh: {@code jlink} puts the ones that are listed here into the image.
 */
final class LambdaForms {

    private LambdaForms() {}

    /**
     * Runs the commands that matter in this JVM's kind, and lists what they used.
     *
     * @param list what is written, for {@code --generate-jli-classes}
     */
    static void list(Path module, Path list) throws IOException, InterruptedException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--module-path", module.toString());
        Path output = list.resolveSibling("image.log");
        Set<String> lines = new TreeSet<>();
        for (boolean quick : new boolean[] {true, false}) {
            List<String> arguments = List.of(
                    "-Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true",
                    "-D" + Stage.QUICK + "=" + quick,
                    "-m",
                    Stage.CACHE_TRAINING);
            Stage.run(java, arguments, list.getParent(), output);
            for (String line : Files.readAllLines(output)) {
                if (line.startsWith("[LF_RESOLVE] ") || line.startsWith("[SPECIES_RESOLVE] ")) {
                    lines.add(line);
                }
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalStateException("this JDK does not say what it makes for lambdas");
        }
        Files.write(list, lines);
    }
}
