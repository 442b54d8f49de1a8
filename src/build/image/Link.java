import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** The runtime: the module and what it needs of the JDK, and nothing else. */
final class Link {

    /** The providers that are in java.base; SunEC is since JDK 22. The others' modules are not in the image. */
    private static final Set<String> PROVIDERS = Set.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE", "Apple");

    private static final String PROVIDER = "security.provider.";

    private Link() {}

    /**
     * @param lambdaForms a list of {@link LambdaForms}
     */
    static void link(Path module, Path lambdaForms, Path image) throws IOException, InterruptedException {
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
                // For making archives and file systems of the runtime, and for sorting millions of numbers: nobody does
                // that with this one.
                "--exclude-files=**/lib/classlist,**/lib/jrt-fs.jar,**/lib/libsimdsort.so",
                "--generate-jli-classes=@" + lambdaForms,
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

    /** On Linux the JVM's libraries come with 5 MB of names for a debugger. */
    private static void strip(Path libraries) throws IOException, InterruptedException {
        for (Path library : Folders.files(libraries)) {
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

    /** The JDK's licences are links to those of java.base, which not every archive, file system or copy keeps. */
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
     * The JDK's security settings without comments, which are 95 of 100 bytes and parsed at each start, and without
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
