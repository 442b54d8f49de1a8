package dev.fleetauth.schedule;

import dev.fleetauth.schedule.MemoryDisk.Content;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operations on a {@link MemoryDisk}. */
final class MemoryFiles extends FileSystemProvider {

    private final MemoryDisk disk;

    MemoryFiles(MemoryDisk disk) {
        this.disk = disk;
    }

    private record Attributes(@Nullable Content file) implements BasicFileAttributes {
        @Override
        public FileTime lastModifiedTime() {
            return FileTime.fromMillis(file == null ? 0 : file.changed() * 1000);
        }

        @Override
        public FileTime lastAccessTime() {
            return lastModifiedTime();
        }

        @Override
        public FileTime creationTime() {
            return lastModifiedTime();
        }

        @Override
        public boolean isRegularFile() {
            return file != null;
        }

        @Override
        public boolean isDirectory() {
            return file == null;
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public long size() {
            return file == null ? 0 : file.bytes().length();
        }

        @Override
        public @Nullable Object fileKey() {
            return null;
        }
    }

    @Override
    public String getScheme() {
        return "memory";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return disk;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MemoryChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.CREATE_NEW)) {
            disk.create(path, true, "");
        } else if (options.contains(StandardOpenOption.CREATE)) {
            if (disk.content(path) == null) {
                disk.create(path, false, "");
            }
        } else if (disk.content(path) == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new MemoryChannel(
                disk,
                path,
                options.contains(StandardOpenOption.DELETE_ON_CLOSE),
                options.contains(StandardOpenOption.WRITE));
    }

    @Override
    public MemoryChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        String prefix = disk.cell(folder) + "/";
        Object names = disk.read("list", folder, world -> {
            if (world.get(disk.cell(folder)) == null) {
                return null;
            }
            List<String> found = new ArrayList<>();
            for (String name : world.names(prefix)) {
                String rest = name.substring(prefix.length());
                if (rest.indexOf('/') < 0) {
                    found.add(rest);
                }
            }
            return found;
        });
        if (names == null) {
            throw new NoSuchFileException(folder.toString());
        }
        List<Path> paths = new ArrayList<>();
        for (Object name : (List<?>) names) {
            Path path = folder.resolve((String) name);
            if (filter.accept(path)) {
                paths.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return paths.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        disk.create(folder, true, MemoryDisk.FOLDER);
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        disk.copy("link", existing, link, false, false);
    }

    @Override
    public void delete(Path path) throws IOException {
        // Reads the file first, so that deleting a missing one is not a step that changes the disk.
        if (disk.content(path) == null) {
            throw new NoSuchFileException(path.toString());
        }
        disk.change("delete", path, world -> {
            Object missing = MemoryDisk.missing(world, disk.cell(path));
            world.remove(disk.cell(path));
            return missing;
        });
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        disk.copy("copy", from, to, true, false);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        disk.copy("move", from, to, true, true);
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        return one.equals(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        throw new IOException("it is in memory");
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        readAttributes(path, BasicFileAttributes.class);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        Object content = disk.content(path);
        if (content == null) {
            throw new NoSuchFileException(path.toString());
        }
        return type.cast(new Attributes(content instanceof Content file ? file : null));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }
}
