import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/**
 * Builds the installed form of fleetauth for the machine it runs on: a Java runtime with the program linked in, a cache of
 * loaded classes, and an archive of it all, laid out so that it can be unpacked into a prefix such as {@code ~/.local}. It is part of {@code ./mvnw -Pdist package}, and is run from source by a JDK of
 * 25 or later:
 *
 * <pre>java src/build/image/BuildImage.java FOLDER VERSION TIMESTAMP</pre>
 *
 * Reads what Maven left in the folder's {@code target}; leaves {@code target/image} and the archive of it.
 */
final class BuildImage {

    private BuildImage() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]).toAbsolutePath();
        String version = args[1];
        Instant time = Instant.parse(args[2]);
        Path target = root.resolve("target");
        Path libraries = target.resolve("lib");
        Path module = target.resolve("image-module");
        Path lambdaForms = target.resolve("image-lambda-forms.txt");
        Path image = target.resolve("image");

        Dependencies.check(root.resolve("docs/dev/dependencies.md"), libraries);
        Folders.holdAtMost(13, "the jar and its libraries", target.resolve("fleetauth.jar"), libraries);
        Folders.remove(image);
        OneModule.merge(target.resolve("classes"), libraries, module);
        Trim.libraries(module);
        LambdaForms.list(module, lambdaForms);
        Path runtime = image.resolve(Launcher.RUNTIME);
        Link.link(module, lambdaForms, runtime);
        Licences.add(root, libraries, runtime);
        Launcher.write(root.resolve("src/build/image"), image);
        Manuals.write(root, image);
        Caches caches = new Caches(runtime, target, Launcher.OPTIONS);
        caches.train();
        caches.check();
        Folders.holdAtMost(84, "the installed image", image);

        Path archive = Archive.pack(image, "fleetauth-" + version + "-" + system() + "-" + architecture(), time);
        Folders.holdAtMost(44, "the archive", archive);
        System.out.println(archive);
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return "windows";
        }
        return name.startsWith("mac") ? "macos" : "linux";
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> "x64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
