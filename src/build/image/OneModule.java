import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;

/**
 * The program and its libraries as one module.
 *
 * <p>On a class path, the JVM checks that each jar has the size and time of the training, so a copy of the program would run
 * without its cache; before JDK 25.0.4 it does not check, and would run old classes (JDK-8377932). A module that is linked into
 * the runtime has no class path.
 */
final class OneModule {

    /**
     * Open, since picocli and Jackson access our classes by reflection. {@code exec} forwards signals through jdk.unsupported;
     * the database driver parses the names in certificates with java.naming; {@code serve} identifies users on its socket with
     * jdk.net. Jetty and slf4j look for services, which a module has to declare.
     */
    private static final String DECLARATION = """
            open module dev.fleetauth {
                requires java.logging;
                requires java.naming;
                requires java.sql;
                requires jdk.httpserver;
                requires jdk.net;
                requires jdk.unsupported;

                uses org.eclipse.jetty.http.HttpFieldPreEncoder;
                uses org.slf4j.spi.SLF4JServiceProvider;

                provides org.eclipse.jetty.http.HttpFieldPreEncoder with
                    org.eclipse.jetty.http.Http10FieldPreEncoder,
                    org.eclipse.jetty.http.Http11FieldPreEncoder;
            }
            """;

    private OneModule() {}

    /** Merges classes and jars in a directory, and compiles the declaration into it. */
    static void merge(Path classes, Path libraries, Path module) throws IOException {
        Directories.remove(module);
        for (Path jar : Directories.files(libraries)) {
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
        for (Path file : Directories.files(from)) {
            String name = Directories.slashed(from, file);
            // Services, versions for other runtimes, build data: no class of the module reads these files.
            if (name.startsWith("META-INF/") || name.equals("module-info.class")) {
                continue;
            }
            Path copy = to.resolve(name);
            if (Files.exists(copy)) {
                throw new IllegalStateException(name + " is in two jars, the second is " + whose);
            }
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }
}
