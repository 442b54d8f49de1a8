import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Adds fleetauth's license and those of the libraries to the JDK's: a list, the notices in the jars, and the non-Apache
 * licenses of jars without one.
 */
final class Licenses {

    private Licenses() {}

    static void add(Path root, Path libraries, Path image) throws IOException {
        Path legal = Files.createDirectories(image.resolve("legal/fleetauth"));
        Files.copy(root.resolve("LICENSE"), legal.resolve("LICENSE"));
        Files.copy(root.resolve("target/licences/THIRD-PARTY.txt"), legal.resolve("THIRD-PARTY.txt"));
        Path texts = root.resolve("src/build/image/licences");
        for (Path text : Directories.files(texts)) {
            Files.copy(text, legal.resolve(text.getFileName().toString()));
        }
        for (Path jar : Directories.files(libraries)) {
            try (FileSystem opened = FileSystems.newFileSystem(jar)) {
                for (Path file : Directories.files(opened.getPath("/"))) {
                    if (isNotice(file.getFileName().toString())) {
                        Path copy = legal.resolve(jar.getFileName().toString().replace(".jar", ""))
                                // A jar may hold those of what is shaded into it, each in a directory of its own.
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
