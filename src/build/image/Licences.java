import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts our licence and the libraries' beside the JDK's: a list of all of them, the notices that their jars hold, and the
 * licences that are not Apache's, whose jars hold none.
 */
final class Licences {

    private Licences() {}

    static void add(Path root, Path libraries, Path image) throws IOException {
        Path legal = Files.createDirectories(image.resolve("legal/fleetauth"));
        Files.copy(root.resolve("LICENSE"), legal.resolve("LICENSE"));
        Files.copy(root.resolve("target/licences/THIRD-PARTY.txt"), legal.resolve("THIRD-PARTY.txt"));
        Path texts = root.resolve("src/build/image/licences");
        for (Path text : Folders.files(texts)) {
            Files.copy(text, legal.resolve(text.getFileName().toString()));
        }
        for (Path jar : Folders.files(libraries)) {
            try (FileSystem opened = FileSystems.newFileSystem(jar)) {
                for (Path file : Folders.files(opened.getPath("/"))) {
                    if (isNotice(file.getFileName().toString())) {
                        Path copy = legal.resolve(jar.getFileName().toString().replace(".jar", ""))
                                // A jar may hold those of what is shaded into it, each in a folder of its own.
                                .resolve(file.toString().replaceFirst("^/(META-INF/)?", ""));
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy);
                    }
                }
            }
        }
    }

    private static boolean isNotice(String name) {
        return name.matches("(?i)(licen[cs]e|notice|copying)(\\.txt|\\.md)?");
    }
}
