import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Leaves out of the module what nothing in it refers to. Half of the libraries is for what this program does not do.
 *
 * <p>A class is referred to by whatever text of another one, or of a resource, is or holds its name, with full stops or
 * slashes: by its use in the code and in signatures, in annotations, and by a name that is looked up at run time. So more is
 * kept than is needed, and nothing is lost but a name that is put together from parts, of which {@code ImageTest} runs the
 * whole story.
 */
final class Trim {

    private static final String CLASS = ".class";
    private static final Pattern NOT_A_NAME = Pattern.compile("[^\\w/$-]+");

    /** What stands before a name in a descriptor, beside the signs between. */
    private static final Pattern BEFORE_A_NAME = Pattern.compile("^[-BCDFIJSVZ]*L");

    private Trim() {}

    /** Removes classes of the libraries from a folder of them and of ours, all of which are kept. */
    static void libraries(Path module) throws IOException {
        Map<String, Path> classes = Folders.files(module).stream()
                .filter(file -> file.toString().endsWith(CLASS))
                .collect(Collectors.toMap(file -> name(module, file), Function.identity()));
        Set<String> kept = new HashSet<>();
        Deque<String> next = new ArrayDeque<>();
        for (String name : classes.keySet()) {
            if (name.startsWith("dev/fleetauth/") || name.equals("module-info")) {
                kept.add(name);
                next.add(name);
            }
        }
        while (!next.isEmpty()) {
            for (PoolEntry entry :
                    ClassFile.of().parse(classes.get(next.remove())).constantPool()) {
                if (entry instanceof Utf8Entry text) {
                    for (String word : NOT_A_NAME.split(text.stringValue().replace('.', '/'))) {
                        for (String name :
                                List.of(word, BEFORE_A_NAME.matcher(word).replaceFirst(""))) {
                            if (classes.containsKey(name) && kept.add(name)) {
                                next.add(name);
                            }
                        }
                    }
                }
            }
        }
        for (Map.Entry<String, Path> entry : classes.entrySet()) {
            if (!kept.contains(entry.getKey())) {
                Files.delete(entry.getValue());
            }
        }
    }

    private static String name(Path module, Path file) {
        String path = Folders.slashed(module, file);
        return path.substring(0, path.length() - CLASS.length());
    }
}
