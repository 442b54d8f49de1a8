package dev.fleetauth.schedule;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a machine, as used by one process: cells of the world, without owners or permissions. */
final class MemoryDisk extends FileSystem {

    /** The content of a directory's cell. */
    static final String FOLDER = "folder";

    /** A file: its bytes, each as a character, and when it was written, in seconds. */
    record Content(String bytes, long changed) {}

    private final Actor process;
    private final String machine;
    private final int number;
    private final MemoryFiles provider = new MemoryFiles(this);

    MemoryDisk(Actor process, int number, String machine) {
        this.process = process;
        this.number = number;
        this.machine = machine;
    }

    /** The prefix of the cells with a machine's files. */
    static String files(String machine) {
        return "file " + machine + " ";
    }

    /** The prefix of the cells with a machine's locks, which contain the number of the process. */
    static String locks(String machine) {
        return "lock " + machine + " ";
    }

    String cell(Path path) {
        return files(machine) + path;
    }

    @Nullable
    Object read(String what, Path path, Actor.Effect effect) {
        return process.step(Step.READ, machine, what + " " + path, effect);
    }

    /** Changes a file; fails if the effect returns a reason. */
    void change(String what, Path path, Actor.Effect effect) throws IOException {
        Object failure = process.step(Step.FILE, machine, what + " " + path, effect);
        if (failure != null) {
            throw failure.equals("exists")
                    ? new FileAlreadyExistsException(path.toString())
                    : failure.equals("missing")
                            ? new NoSuchFileException(path.toString())
                            : new IOException("No space left on device");
        }
    }

    static @Nullable Object missing(World.Draft world, String cell) {
        return world.get(cell) == null ? "missing" : null;
    }

    /** The content of a file; null if there is none. */
    @Nullable
    Object content(Path path) {
        return read("look at", path, world -> world.get(cell(path)));
    }

    void write(Path path, byte[] bytes) throws IOException {
        // Reserved space is zeros, which readers ignore.
        String content = bytes[0] == 0 ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
        change("write", path, world -> {
            world.put(cell(path), new Content(content, world.time()));
            return null;
        });
    }

    void truncate(Path path, long size) throws IOException {
        if (content(path) instanceof Content content && content.bytes().length() > size) {
            write(path, content.bytes().substring(0, (int) size).getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    void create(Path path, boolean isNew, Object content) throws IOException {
        change("create", path, world -> {
            if (world.get(cell(path)) != null) {
                return isNew ? "exists" : null;
            }
            if (path.getParent() != null && world.get(cell(path.getParent())) == null) {
                return "missing";
            }
            world.put(cell(path), content.equals("") ? new Content("", world.time()) : content);
            return null;
        });
    }

    boolean tryLock(Path path) {
        String lock = locks(machine) + path;
        return process.step(Step.HOLD, machine, "lock " + path, world -> {
                    if (world.get(lock) != null) {
                        return null;
                    }
                    world.put(lock, number);
                    return true;
                })
                != null;
    }

    void unlock(Path path) {
        process.step(Step.READ, machine, "unlock " + path, world -> {
            world.remove(locks(machine) + path);
            return null;
        });
    }

    void copy(String what, Path from, Path to, boolean replaces, boolean moves) throws IOException {
        change(what, from, world -> {
            Object content = world.get(cell(from));
            if (content == null) {
                return "missing";
            }
            if (!replaces && world.get(cell(to)) != null) {
                return "exists";
            }
            world.put(cell(to), content);
            if (moves) {
                world.remove(cell(from));
            }
            return null;
        });
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public Path getPath(String first, String... more) {
        return new MemoryPath(this, Path.of(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher(pattern);
        return path -> matcher.matches(MemoryPath.unwrapped(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }
}
