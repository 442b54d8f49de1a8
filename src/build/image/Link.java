import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Links the runtime: the module, and only the JDK modules that it needs. */
final class Link {

    /** The providers that are in java.base; SunEC is since JDK 22. The others' modules are not in the image. */
    private static final Set<String> PROVIDERS = Set.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE", "Apple");

    private static final String PROVIDER = "security.provider.";

    private Link() {}

    static void link(Path module, Path image) throws IOException, InterruptedException {
        Files.createDirectories(image.getParent());
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
        int exit = jlink.run(
                System.out,
                System.err,
                "--module-path",
                module.toString(),
                "--add-modules",
                "dev.fleetauth",
                "--output",
                image.toString(),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-9");
        if (exit != 0) {
            throw new IllegalStateException("jlink failed");
        }
        strip(image.resolve("lib"));
        replaceLinks(image);
        Path security = image.resolve("conf/security/java.security");
        Files.write(security, shortened(Files.readAllLines(security)));
    }

    /** On Linux the libraries of the JVM contain 5 MB of symbols for debuggers, for which the size limit has no room. */
    private static void strip(Path libraries) throws IOException, InterruptedException {
        for (Path library : Directories.files(libraries)) {
            if (library.toString().endsWith(".so")
                    && new ProcessBuilder("strip", "--strip-unneeded", library.toString())
                                    .inheritIO()
                                    .start()
                                    .waitFor()
                            != 0) {
                throw new IllegalStateException("strip failed");
            }
        }
    }

    /** Replaces the links among the JDK's license files, since not every archive, file system or copy preserves links. */
    private static void replaceLinks(Path image) throws IOException {
        try (Stream<Path> all = Files.walk(image.resolve("legal"))) {
            for (Path link : all.filter(Files::isSymbolicLink).toList()) {
                byte[] content = Files.readAllBytes(link);
                Files.delete(link);
                Files.write(link, content);
            }
        }
    }

    /**
     * The JDK's security settings without comments, which are 95 % of the file and are parsed at each start, and without
     * providers that are not there. Every other setting stays as it is.
     */
    private static List<String> shortened(List<String> lines) {
        List<String> kept = new ArrayList<>();
        int providers = 0;
        for (String line : lines) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (text.startsWith(PROVIDER) && !text.startsWith(PROVIDER + "tbd")) {
                String provider = text.substring(text.indexOf('=') + 1);
                if (PROVIDERS.contains(provider)) {
                    providers++;
                    kept.add(PROVIDER + providers + "=" + provider);
                }
                continue;
            }
            kept.add(text);
        }
        return kept;
    }
}
