import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/**
 * The program and its libraries as one module.
 *
 * <p>On a class path the JVM compares each jar's size and time with those it was trained with, so that a copy of the
 * program would run without its cache, or, before JDK 25.0.4, runs what the jars held before (JDK-8377932). A module that
 * is linked into the runtime has no class path.
 */
final class OneModule {

    /**
     * Open, since picocli and Jackson look into our classes. {@code exec} passes signals on by jdk.unsupported; the
     * database's driver takes a certificate's names apart by java.naming, and {@code serve} asks by jdk.net who has connected.
     */
    private static final String DECLARATION = """
            open module dev.fleetauth {
                requires java.logging;
                requires java.naming;
                requires java.sql;
                requires jdk.httpserver;
                requires jdk.net;
                requires jdk.unsupported;
            }
            """;

    private OneModule() {}

    /** Merges classes and jars in a folder, and compiles the declaration into it. */
    static void merge(Path classes, Path libraries, Path module) throws IOException {
        Folders.remove(module);
        for (Path jar : Folders.files(libraries)) {
            try (FileSystem opened = FileSystems.newFileSystem(jar)) {
                copy(opened.getPath("/"), module, jar.getFileName().toString());
            }
        }
        copy(classes, module, "our own classes");

        Path declaration = Files.writeString(module.resolveSibling("module-info.java"), DECLARATION);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        int exit = javac.run(
                System.out,
                System.err,
                "-proc:none",
                "--patch-module",
                "dev.fleetauth=" + module,
                "-d",
                module.toString(),
                declaration.toString());
        if (exit != 0) {
            throw new IllegalStateException("the module does not compile");
        }
    }

    private static void copy(Path from, Path to, String whose) throws IOException {
        for (Path file : Folders.files(from)) {
            String name = Folders.slashed(from, file);
            // Services, versions for other runtimes, build data: nothing in there is read by a class of the module.
            if (name.startsWith("META-INF/") || name.equals("module-info.class")) {
                continue;
            }
            Path copy = to.resolve(name);
            if (Files.exists(copy)) {
                throw new IllegalStateException(name + " comes twice, again with " + whose);
            }
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }
}
