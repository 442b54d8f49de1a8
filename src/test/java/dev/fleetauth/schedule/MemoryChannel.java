package dev.fleetauth.schedule;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An open file. A write replaces its whole content. */
final class MemoryChannel extends FileChannel {

    private final MemoryDisk disk;
    private final Path path;
    private final boolean isDeletedOnClose;
    private final byte @Nullable [] content;
    private long position;

    MemoryChannel(MemoryDisk disk, Path path, boolean isDeletedOnClose, boolean isForWriting) {
        this.disk = disk;
        this.path = path;
        this.isDeletedOnClose = isDeletedOnClose;
        this.content = isForWriting ? null : bytes();
    }

    private byte[] bytes() {
        return disk.content(path) instanceof MemoryDisk.Content file
                ? file.bytes().getBytes(StandardCharsets.ISO_8859_1)
                : new byte[0];
    }

    @Override
    public int read(ByteBuffer into) {
        int count = read(into, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer into, long from) {
        byte[] bytes = content == null ? bytes() : content;
        int count = (int) Math.min(into.remaining(), bytes.length - from);
        if (count <= 0) {
            return -1;
        }
        into.put(bytes, (int) from, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        disk.write(path, bytes);
        position = bytes.length;
        return bytes.length;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.truncate(path, size);
        return this;
    }

    @Override
    public void force(boolean metaData) {
        // Only processes are killed, never their machine.
    }

    @Override
    public @Nullable FileLock tryLock(long from, long size, boolean shared) {
        return isDeletedOnClose || disk.tryLock(path) ? new Lock() : null;
    }

    private final class Lock extends FileLock {
        private boolean isReleased;

        Lock() {
            super(MemoryChannel.this, 0, Long.MAX_VALUE, false);
        }

        @Override
        public boolean isValid() {
            return !isReleased;
        }

        @Override
        public void release() {
            if (!isReleased && !isDeletedOnClose) {
                disk.unlock(path);
            }
            isReleased = true;
        }
    }

    @Override
    protected void implCloseChannel() throws IOException {
        if (isDeletedOnClose) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long next) {
        position = next;
        return this;
    }

    @Override
    public long size() {
        return content == null ? bytes().length : content.length;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from, long at) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
