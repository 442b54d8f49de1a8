package dev.fleetauth.flow.transfer;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
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
 * Writes access tokens to files for a program that reads them. The files are in memory, accessible only to their owner,
 * and removed when this object is closed. Each is locked while this process runs, so that a later process can tell
 * which files a killed process left behind.
 */
public final class TokenFiles implements AutoCloseable {

    private static final String NAME = "exec";

    /** The directory of the files within the user's runtime directory ({@code XDG_RUNTIME_DIR}). */
    public static final String DIRECTORY = "fleetauth/" + NAME;

    private final Environment environment;
    private final PrivateFiles files;
    private final List<Path> written = new ArrayList<>();
    private final List<FileChannel> locked = new ArrayList<>();
    private @Nullable Runnable unregister;

    /** @param home the home; the files belong to its owner */
    public TokenFiles(Environment environment, Path home) {
        this.environment = environment;
        this.files = new PrivateFiles(environment, home);
    }

    /**
     * Creates the directory of the files.
     *
     * @throws Failure of kind {@code TOKEN_FILE_REFUSED} if there is no directory in memory for them
     */
    public Path requireDirectory() {
        Path directory = files.runtime(NAME)
                .orElseThrow(() -> Failure.of(Kind.TOKEN_FILE_REFUSED, PrivateFiles.NO_RUNTIME_DIRECTORY));
        try {
            files.makeDirectoryInMemory(directory);
        } catch (IOException e) {
            throw refused(directory, e);
        }
        return directory;
    }

    /**
     * Writes a token, without a line terminator, which not every program strips.
     *
     * @throws Failure of kind {@code TOKEN_FILE_REFUSED} if it cannot be written to a directory in memory
     */
    public Path write(String token) {
        if (unregister == null) {
            unregister = ShutdownGuard.onSignal(this::remove);
        }
        Path directory = requireDirectory();
        ShutdownGuard writing = ShutdownGuard.begin();
        try (writing) {
            while (true) {
                Path file = directory.resolve(name());
                written.add(file);
                FileChannel channel = files.disk().openLock(file);
                locked.add(channel);
                // Another process may have removed the file as abandoned before it was locked.
                if (files.disk().lock(channel) != null && Files.exists(file)) {
                    files.disk().write(channel, token.getBytes(StandardCharsets.US_ASCII));
                    return file;
                }
            }
        } catch (IOException e) {
            throw refused(directory, e);
        }
    }

    private String name() {
        byte[] random = new byte[16];
        environment.random().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static Failure refused(Path directory, IOException e) {
        return Failure.because(e, Kind.TOKEN_FILE_REFUSED, directory + ": " + FileReason.of(e));
    }

    /** Removes the files of processes that have ended. */
    public void removeAbandoned() {
        Path directory = files.runtime(NAME).orElse(null);
        if (directory == null || !files.isOwn(directory)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
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
            // This process uses the file, or the next command tries again.
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
        if (unregister != null) {
            unregister.run();
        }
    }
}
