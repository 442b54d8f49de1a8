package dev.fleetauth.flow.setup;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/** Moves a home in its own process, which ends before a given step as if by {@code kill -9}. */
final class DirectoryMoveProcess {

    private DirectoryMoveProcess() {}

    /**
     * Moves a home.
     *
     * @param args the home, its new path, {@code same} or {@code separate} for its file system, and the number of
     *     the step, starting at 1
     */
    public static void main(String[] args) {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        Disk disk = args[2].equals("separate")
                ? new SeparateFileSystem(from, Integer.parseInt(args[3]))
                : new KillingDisk(Integer.parseInt(args[3]));
        new DirectoryMove(Environment.ofThisProcess(), from, to, disk).run();
    }

    /** A disk that ends the process before a step. */
    static class KillingDisk extends Disk {

        private int left;

        KillingDisk(int step) {
            left = step;
        }

        private void step() {
            left--;
            if (left == 0) {
                Runtime.getRuntime().halt(137);
            }
        }

        @Override
        public FileChannel create(Path file, Set<OpenOption> options) throws IOException {
            step();
            return super.create(file, options);
        }

        @Override
        public void write(FileChannel channel, byte[] content) throws IOException {
            step();
            super.write(channel, content);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            step();
            super.move(from, to);
        }

        @Override
        public void forceDirectory(Path folder) throws IOException {
            step();
            super.forceDirectory(folder);
        }

        @Override
        public void makeDirectory(Path folder) throws IOException {
            step();
            super.makeDirectory(folder);
        }

        @Override
        public void delete(Path file) throws IOException {
            step();
            super.delete(file);
        }
    }

    /** The same, with the home on its own file system. */
    static class SeparateFileSystem extends KillingDisk {

        private final Path home;

        SeparateFileSystem(Path home, int step) {
            super(step);
            this.home = home;
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            if (from.startsWith(home) != to.startsWith(home) && !to.equals(home)) {
                throw new FileSystemException(from.toString(), to.toString(), "Invalid cross-device link");
            }
            super.move(from, to);
        }
    }
}
