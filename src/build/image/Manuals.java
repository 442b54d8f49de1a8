import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts the manual pages and the shells' completions where their programs look below a prefix. */
final class Manuals {

    private static final Map<String, String> COMPLETIONS = Map.of(
            "bash", "share/bash-completion/completions/fleetauth",
            "zsh", "share/zsh/site-functions/_fleetauth",
            "fish", "share/fish/vendor_completions.d/fleetauth.fish");

    private Manuals() {}

    /** The image's own program writes them. */
    static void write(Path image) throws IOException, InterruptedException {
        Path pages = image.resolve("share/man/man1");
        run(image, null, "__man", pages.toString());
        for (Map.Entry<String, String> completion : COMPLETIONS.entrySet()) {
            Path file = image.resolve(completion.getValue());
            Files.createDirectories(file.getParent());
            run(image, file, "completion", completion.getKey());
        }
    }

    private static void run(Path image, Path output, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(image.resolve("bin/java").toString()));
        command.addAll(List.of("-m", "dev.fleetauth/dev.fleetauth.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (output != null) {
            builder.redirectOutput(output.toFile());
        }
        int exitCode = builder.start().waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + exitCode);
        }
    }
}
