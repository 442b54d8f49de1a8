package dev.fleetauth.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A small file system in memory that is mounted over a folder, for tests with a full disk. Only root on Linux may
 * mount one: a test that needs it carries the tag {@code mount} and is skipped elsewhere, see {@link Programs}.
 */
public final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 4096;
    private static final int INODES = 64;

    private final Path folder;
    private final List<Path> ballast = new ArrayList<>();
    private int mounts = 1;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts a small disk over a folder, which is created if it is missing. */
    public static SmallDisk over(Path folder) throws IOException {
        Files.createDirectories(folder);
        String options = "size=512k,mode=700,nr_inodes=" + INODES;
        Programs.requireMounts(succeeds("mount", "-t", "tmpfs", "-o", options, "fleetauth-test", folder.toString()));
        return new SmallDisk(folder);
    }

    /** Fills the disk completely. */
    public void fill() throws IOException {
        fillUpTo(0);
    }

    /** Fills the disk except for some bytes, in whole blocks. */
    public void fillUpTo(int free) throws IOException {
        Path file = folder.resolve("ballast");
        ballast.add(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                while (true) {
                    channel.write(ByteBuffer.allocate(BLOCK));
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
            channel.truncate(Math.max(0, channel.size() - free));
        }
    }

    /** Uses up the inodes: the disk has space, but no file can be created. */
    public void useUpInodes() throws IOException {
        try {
            while (true) {
                ballast.add(Files.createFile(folder.resolve("ballast-" + ballast.size())));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    /** Makes the disk read-only for all processes, including those that already have a file open. */
    public void makeReadOnly() throws IOException {
        // Over itself, since a file system with a file that is open for writing cannot be made read-only.
        assertThat(succeeds("mount", "--bind", folder.toString(), folder.toString()))
                .isTrue();
        mounts++;
        assertThat(succeeds("mount", "-o", "remount,bind,ro", folder.toString()))
                .isTrue();
    }

    /** Makes the disk writable again, and frees its space. */
    public void restore() throws IOException {
        for (; mounts > 1; mounts--) {
            assertThat(unmount()).isTrue();
        }
        for (Path file : ballast) {
            Files.delete(file);
        }
        ballast.clear();
    }

    @Override
    public void close() throws IOException {
        for (; mounts > 0; mounts--) {
            unmount();
        }
    }

    private boolean unmount() throws IOException {
        // Lock files stay open as long as the process lives.
        return succeeds("umount", "--lazy", folder.toString());
    }

    private static boolean succeeds(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            // There is no such program here.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
