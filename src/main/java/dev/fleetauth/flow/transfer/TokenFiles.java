package dev.fleetauth.flow.transfer;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.store.PrivateFiles;
import dev.fleetauth.store.StorePaths;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens in files for a program that reads them from there. They are in memory, their user's alone, and gone when this
 * is closed. Each is locked as long as its process lives, so that a later one knows which of them were left by a kill.
 */
public final class TokenFiles implements AutoCloseable {

    private static final String NAME = "exec";

    /** Where they are, in the folder of the user's session. */
    public static final String FOLDER = "fleetauth/" + NAME;

    private final Environment environment;
    private final PrivateFiles files;
    private final StorePaths paths;
    private final Path home;
    private final List<Path> written = new ArrayList<>();
    private final List<FileChannel> locked = new ArrayList<>();
    private @Nullable Runnable forget;

    /** @param home the home, to whose owner the files belong */
    public TokenFiles(Environment environment, Path home) {
        this.environment = environment;
        this.home = home;
        this.files = new PrivateFiles(home, new Disk(), warning -> {});
        this.paths = new StorePaths(environment, home);
    }

    /**
     * Makes the folder for them.
     *
     * @throws Failure of kind {@code TOKEN_FILE_REFUSED} if there is no place for them in memory
     */
    public Path requireDirectory() {
        Path folder = paths.runtime(NAME)
                .orElseThrow(() -> Failure.of(Kind.TOKEN_FILE_REFUSED, StorePaths.NO_RUNTIME_DIRECTORY));
        try {
            files.makeDirectoryInMemory(folder);
        } catch (IOException e) {
            throw refused(folder, e);
        }
        return folder;
    }

    /**
     * Writes a token, without a line end: not every program strips one.
     *
     * @throws Failure of kind {@code TOKEN_FILE_REFUSED}
     */
    public Path write(String token) {
        if (forget == null) {
            forget = ShutdownGuard.onSignal(this::remove);
        }
        Path folder = requireDirectory();
        ShutdownGuard writing = ShutdownGuard.begin();
        try (writing) {
            while (true) {
                Path file = folder.resolve(name());
                written.add(file);
                FileChannel channel = files.disk().openLock(file);
                locked.add(channel);
                // A process that removes what was left may have taken it for that before it was locked.
                if (files.disk().lock(channel) != null && Files.exists(file)) {
                    files.disk().write(channel, token.getBytes(StandardCharsets.US_ASCII));
                    return file;
                }
            }
        } catch (IOException e) {
            throw refused(folder, e);
        }
    }

    private String name() {
        byte[] random = new byte[16];
        environment.random().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static Failure refused(Path folder, IOException e) {
        return Failure.because(e, Kind.TOKEN_FILE_REFUSED, folder + ": " + Disk.reason(e));
    }

    /** Removes the files of processes that are gone. */
    public void removeAbandoned() {
        Path folder = paths.runtime(NAME).orElse(null);
        if (folder == null || !PrivateFiles.isOwn(folder, home)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path file : left) {
                removeUnlessLocked(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The next command tries again.
        }
    }

    private void removeUnlessLocked(Path file) {
        try (FileChannel channel = files.disk().openLock(file)) {
            if (files.disk().lock(channel) != null) {
                files.disk().delete(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // It is in use by this very process, or the next command tries again.
        }
    }

    private void remove() {
        written.forEach(files::removeQuietly);
    }

    @Override
    public void close() {
        remove();
        for (FileChannel channel : locked) {
            try {
                channel.close();
            } catch (IOException e) {
                // Its file is gone.
            }
        }
        if (forget != null) {
            forget.run();
        }
    }
}
