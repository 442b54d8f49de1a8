package dev.fleetauth.schedule;

import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A path in a {@link MemoryDisk}, which wraps a path of the system. */
final class MemoryPath implements Path {

    private final MemoryDisk disk;
    private final Path path;

    MemoryPath(MemoryDisk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    private @Nullable Path wrapped(@Nullable Path other) {
        return other == null ? null : new MemoryPath(disk, other);
    }

    private Path of(Path other) {
        return new MemoryPath(disk, other);
    }

    static Path unwrapped(Path other) {
        return other instanceof MemoryPath memory ? memory.path : other;
    }

    @Override
    public MemoryDisk getFileSystem() {
        return disk;
    }

    @Override
    public boolean isAbsolute() {
        return path.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return wrapped(path.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return wrapped(path.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return wrapped(path.getParent());
    }

    @Override
    public int getNameCount() {
        return path.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(path.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return of(path.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return path.startsWith(unwrapped(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return path.endsWith(unwrapped(other));
    }

    @Override
    public Path normalize() {
        return of(path.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(path.resolve(unwrapped(other)));
    }

    @Override
    public Path relativize(Path other) {
        return of(path.relativize(unwrapped(other)));
    }

    @Override
    public URI toUri() {
        return path.toUri();
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return path.compareTo(unwrapped(other));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryPath that && disk == that.disk && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
