import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Installs manual pages, completions and documentation in the directories below a prefix that man and the shells search. */
final class Manuals {

    private static final Map<String, String> COMPLETIONS = Map.of(
            "bash", "share/bash-completion/completions/fleetauth",
            "zsh", "share/zsh/site-functions/_fleetauth",
            "fish", "share/fish/vendor_completions.d/fleetauth.fish");

    private Manuals() {}

    /** The image's own program writes the pages and completions. */
    static void write(Path root, Path image) throws IOException, InterruptedException {
        Path pages = image.resolve("share/man/man1");
        run(image, null, "docs", "--man-pages", pages.toString());
        for (Map.Entry<String, String> completion : COMPLETIONS.entrySet()) {
            Path file = image.resolve(completion.getValue());
            Files.createDirectories(file.getParent());
            run(image, file, "completion", completion.getKey());
        }
        for (Path unit : Directories.files(root.resolve("src/dist/systemd"))) {
            copy(
                    unit,
                    image.resolve("share/systemd/user")
                            .resolve(unit.getFileName().toString()));
        }
        Path docs = image.resolve("share/doc/fleetauth");
        for (String name : List.of("README.md", "LICENSE")) {
            copy(root.resolve(name), docs.resolve(name));
        }
        for (String folder : List.of("docs", "docs/images", "docs/schema")) {
            for (Path file : Directories.files(root.resolve(folder))) {
                if (file.getParent().equals(root.resolve(folder))) {
                    copy(file, docs.resolve(root.relativize(file).toString()));
                }
            }
        }
    }

    private static void copy(Path file, Path copy) throws IOException {
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
    }

    private static void run(Path image, Path output, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(image.resolve(Launcher.RUNTIME).resolve("bin/java").toString()));
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
