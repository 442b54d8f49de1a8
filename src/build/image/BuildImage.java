import java.nio.file.Path;

/**
 * Builds the installed form of fleetauth for the machine it runs on: a Java runtime with the program linked in, and caches
 * of loaded classes, laid out so that it can be unpacked into a prefix such as {@code ~/.local}. It is part of {@code ./mvnw
 * -Pdist package}, and is run from source by a JDK of 25 or later:
 *
 * <pre>java -cp 'target/lib/*' src/build/image/BuildImage.java DIRECTORY</pre>
 *
 * Reads Maven's output in {@code target} of the directory, writes {@code target/image}, which Maven packs, and completes the
 * SBOM there.
 */
final class BuildImage {

    private BuildImage() {}

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]).toAbsolutePath();
        Path target = root.resolve("target");
        Path libraries = target.resolve("lib");
        Path module = target.resolve("image-module");
        Path image = target.resolve("image");

        Dependencies.check(root.resolve("docs/dev/dependencies.md"), libraries);
        Sbom.complete(target.resolve("bom.json"), libraries);
        Directories.requireSize(13, "the jar and its libraries", target.resolve("fleetauth.jar"), libraries);
        Directories.remove(image);
        OneModule.merge(target.resolve("classes"), libraries, module);
        Path runtime = image.resolve(Launcher.RUNTIME);
        Link.link(module, runtime);
        Licenses.add(root, libraries, runtime);
        Launcher.write(root.resolve("src/build/image"), image);
        Manuals.write(root, image);
        Caches caches = new Caches(runtime, target, Launcher.OPTIONS);
        caches.train();
        caches.check();
        Directories.requireSize(84, "the installed image", image);
    }
}
