package dev.fleetauth.host.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** A disk on which chosen steps fail. It fails the test if a file is flushed again after a failed flush. */
public final class FaultyDisk extends Disk {

    public enum Step {
        MAKE_FOLDER,
        CREATE,
        WRITE,
        FORCE,
        LOCK,
        MOVE,
        FORCE_FOLDER,
        READ,
        DELETE
    }

    /** The steps that fail on a disk without space or inodes. */
    public static final Set<Step> FULL_DISK_STEPS = EnumSet.of(Step.MAKE_FOLDER, Step.CREATE, Step.WRITE, Step.FORCE);

    /** The steps that fail on a disk that became read-only. */
    public static final Set<Step> READ_ONLY_STEPS =
            EnumSet.of(Step.MAKE_FOLDER, Step.CREATE, Step.WRITE, Step.MOVE, Step.DELETE);

    public static final Set<Step> ANY = EnumSet.allOf(Step.class);

    private final Map<FileChannel, Path> open = new WeakHashMap<>();
    private final Set<FileChannel> badlyFlushed = Collections.newSetFromMap(new WeakHashMap<>());
    private Set<Step> failing = EnumSet.noneOf(Step.class);
    private int first;
    private int times;
    private @Nullable Path below;
    private String reason = "No space left on device";
    private boolean renamesOverOpenFiles = true;

    /** The number of steps that could have failed, of which {@link #failures} did. */
    int steps;

    public int failures;

    /** How often a file was flushed. */
    public int forces;

    /** Makes steps of one kind fail, {@code count} times. */
    public FaultyDisk failing(Step step, int count) {
        return failing(EnumSet.of(step), 0, count);
    }

    /** Makes {@code count} steps of some kinds fail, beginning with number {@code from}, counted from 0. */
    public FaultyDisk failing(Set<Step> kinds, int from, int count) {
        failing = kinds;
        first = from;
        times = count;
        return this;
    }

    public FaultyDisk withReason(String why) {
        reason = why;
        return this;
    }

    /** Limits the failures to files below a directory. */
    public FaultyDisk below(Path folder) {
        below = folder;
        return this;
    }

    /** As on Windows. */
    public FaultyDisk refusingToRenameOverOpenFiles() {
        renamesOverOpenFiles = false;
        return this;
    }

    private boolean isSelected(Step step, @Nullable Path file) {
        return failing.contains(step) && (below == null || (file != null && file.startsWith(below)));
    }

    private boolean isNext() {
        return steps >= first && failures < times;
    }

    private void step(Step step, @Nullable Path file) throws IOException {
        if (!isSelected(step, file)) {
            return;
        }
        boolean fails = isNext();
        steps++;
        if (fails) {
            failures++;
            throw new FileSystemException(String.valueOf(file), null, reason);
        }
    }

    @Override
    public void makeDirectory(Path folder) throws IOException {
        step(Step.MAKE_FOLDER, folder);
        super.makeDirectory(folder);
    }

    @Override
    public void makeNewDirectory(Path folder, Path home) throws IOException {
        step(Step.MAKE_FOLDER, folder);
        super.makeNewDirectory(folder, home);
    }

    @Override
    public FileChannel create(Path file, Set<OpenOption> options) throws IOException {
        step(Step.CREATE, file);
        FileChannel channel = super.create(file, options);
        open.put(channel, file);
        return channel;
    }

    @Override
    public void write(FileChannel channel, byte[] content) throws IOException {
        if (isSelected(Step.WRITE, open.get(channel)) && isNext()) {
            // As on a full disk: what fits is written.
            super.write(channel, Arrays.copyOf(content, content.length / 2));
        }
        step(Step.WRITE, open.get(channel));
        super.write(channel, content);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        forces++;
        if (badlyFlushed.contains(channel)) {
            throw new AssertionError("a failed flush was tried again");
        }
        try {
            step(Step.FORCE, open.get(channel));
        } catch (IOException e) {
            badlyFlushed.add(channel);
            throw e;
        }
        super.force(channel);
    }

    @Override
    @Nullable
    FileLock tryLock(FileChannel channel) throws IOException {
        step(Step.LOCK, open.get(channel));
        return super.tryLock(channel);
    }

    @Override
    public void link(Path from, Path to) throws IOException {
        step(Step.MOVE, to);
        super.link(from, to);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step(Step.MOVE, to);
        super.move(from, to);
    }

    @Override
    public void forceDirectory(Path folder) throws IOException {
        step(Step.FORCE_FOLDER, folder);
        super.forceDirectory(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        step(Step.DELETE, file);
        super.delete(file);
    }

    @Override
    public byte[] content(Path file, int most, OpenOption... options) throws IOException {
        step(Step.READ, file);
        return super.content(file, most, options);
    }

    @Override
    public boolean renamesOverOpenFiles() {
        return renamesOverOpenFiles;
    }
}
