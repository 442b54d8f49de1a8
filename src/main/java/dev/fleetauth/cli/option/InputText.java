package dev.fleetauth.cli.option;

import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.host.file.SpecialFiles;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the user's input: a file, or standard input for {@code -}. */
public final class InputText {

    private InputText() {}

    /**
     * Reads text.
     *
     * @throws Failure of kind {@code FILE_UNREADABLE}
     * @throws ExactText.Malformed if the input is not UTF-8 text
     */
    public static String read(Environment environment, String from) {
        return Terminal.toText(ExactText.decode(bytes(environment, from), name(from)));
    }

    /**
     * Reads a secret.
     *
     * @throws Failure of kind {@code FILE_UNREADABLE} or {@code SECRET_REJECTED}
     */
    public static Secret secret(Environment environment, GivenSecret kind, String from) {
        return kind.read(bytes(environment, from), name(from));
    }

    /**
     * Reads a client's private key, and rejects a file that other users can read or change.
     *
     * @param option the option or variable that names the file, for messages
     * @throws Failure of kind {@code FILE_UNREADABLE}, {@code SECRET_REJECTED} or {@code KEY_UNUSABLE}
     */
    public static Secret key(Environment environment, String from, String option) {
        if (from.contains("PRIVATE KEY") || from.stripLeading().startsWith("{")) {
            throw Failure.of(
                    Kind.KEY_UNUSABLE,
                    option,
                    "it contains the key itself",
                    "specify the path of a file, or set FLEETAUTH_CLIENT_KEY to the key itself");
        }
        byte[] key = bytes(environment, from);
        try {
            String mode = from.equals("-")
                    ? null
                    : Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, environment.path(from));
            if (mode != null) {
                Arrays.fill(key, (byte) 0);
                throw Failure.of(
                        Kind.KEY_UNUSABLE,
                        from,
                        "other users can read or change it (" + mode + ")",
                        "run 'chmod 600' on it; if somebody may have read it, register another key");
            }
        } catch (IOException e) {
            throw unreadable(e, from, "its permissions cannot be read");
        }
        return GivenSecret.CLIENT_KEY.read(key, name(from));
    }

    /** Reads arbitrary text, such as a server's response; malformed UTF-8 is replaced. */
    public static String readAny(Environment environment, String from) {
        return new String(bytes(environment, from), StandardCharsets.UTF_8);
    }

    /**
     * Allows one reader of standard input: a second one would find it empty.
     *
     * @param readers the options and variables that name standard input, as the user gave them
     * @throws Failure of kind {@code CONFLICTING_OPTIONS} if there are several
     */
    public static void requireOneReader(List<String> readers) {
        if (readers.size() > 1) {
            throw Failure.of(
                    Kind.CONFLICTING_OPTIONS, readers.get(0), readers.get(1), "both would read standard input");
        }
    }

    /** What the input is called in messages. */
    public static String name(String from) {
        return from.equals("-") ? "standard input" : from;
    }

    private static byte[] bytes(Environment environment, String from) {
        try {
            if (from.equals("-")) {
                return bounded(environment.in(), from);
            }
            Path file = environment.path(from);
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            // Opening a named pipe would block until there is a writer, and a device may do anything.
            if (!attributes.isRegularFile() && !SpecialFiles.isDescriptor(file)) {
                throw unreadable(
                        null, from, attributes.isDirectory() ? "it is a directory" : "it is a pipe or a device");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return bounded(in, from);
            }
        } catch (InvalidPathException e) {
            throw unreadable(e, from, "it is not a valid path");
        } catch (NoSuchFileException e) {
            throw unreadable(e, from, "it does not exist");
        } catch (AccessDeniedException e) {
            throw unreadable(e, from, "permission denied");
        } catch (IOException e) {
            throw unreadable(e, from, "it could not be read completely");
        }
    }

    private static byte[] bounded(InputStream in, String from) throws IOException {
        byte[] bytes = in.readNBytes(Limits.INPUT_BYTES + 1);
        if (bytes.length > Limits.INPUT_BYTES) {
            Arrays.fill(bytes, (byte) 0);
            throw unreadable(null, from, "it is too large, more than " + Limits.INPUT_BYTES + " bytes");
        }
        return bytes;
    }

    private static Failure unreadable(@Nullable Exception cause, String from, String why) {
        return Failure.because(cause, Kind.FILE_UNREADABLE, name(from), why);
    }
}
