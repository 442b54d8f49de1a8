package dev.fleetauth.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A disk on which a step fails a number of times, for the files that are meant. */
final class FaultyDisk extends Disk {

    enum Step {
        WRITE,
        FORCE,
        MOVE,
        FORCE_FOLDER
    }

    private Step failing = Step.WRITE;
    private int times;
    private Predicate<Path> where = path -> true;

    /** How often each file was flushed, so that a test sees that a failed flush is not tried again. */
    int forces;

    FaultyDisk failing(Step step, int count) {
        failing = step;
        times = count;
        return this;
    }

    /** Fails moves and folder flushes below a folder only. */
    FaultyDisk below(Path folder) {
        where = path -> path.startsWith(folder);
        return this;
    }

    private void step(Step step) throws IOException {
        if (step == failing && times > 0) {
            times--;
            throw new IOException("No space left on device");
        }
    }

    @Override
    void write(FileChannel channel, byte[] content) throws IOException {
        if (failing == Step.WRITE && times > 0) {
            // As a full disk does: what fits is there.
            super.write(channel, Arrays.copyOf(content, content.length / 2));
        }
        step(Step.WRITE);
        super.write(channel, content);
    }

    @Override
    void force(FileChannel channel) throws IOException {
        forces++;
        step(Step.FORCE);
        super.force(channel);
    }

    @Override
    void move(Path from, Path to) throws IOException {
        if (where.test(to)) {
            step(Step.MOVE);
        }
        super.move(from, to);
    }

    @Override
    void forceFolder(@Nullable Path folder) throws IOException {
        if (folder != null && where.test(folder)) {
            step(Step.FORCE_FOLDER);
        }
        super.forceFolder(folder);
    }
}
