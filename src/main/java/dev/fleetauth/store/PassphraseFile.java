package dev.fleetauth.store;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** A file that holds a passphrase, which somebody else made: a secret that is mounted, or one that a person typed. */
final class PassphraseFile {

    private static final int MOST_BYTES = 16 * 1024;

    private PassphraseFile() {}

    /**
     * The text in a file; the caller wipes it.
     *
     * @param warnings told where others can read the file too
     * @throws Failure of kind {@code FILE_UNREADABLE}
     */
    static char[] read(Path file, Consumer<String> warnings) {
        byte[] bytes;
        try {
            String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, file);
            if (mode != null) {
                // Refused for a key file, which this program made; a mounted secret has the mode its system gives it.
                warnings.accept("others can read the passphrase in " + file + " (mode " + mode + ")");
            }
            bytes = Disk.readFollowingLinks(file, MOST_BYTES);
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, file, Disk.reason(e));
        } catch (Unusable e) {
            throw Failure.of(Kind.FILE_UNREADABLE, file, e.why());
        }
        try {
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            char[] text = new char[chars.remaining()];
            chars.get(text);
            Arrays.fill(chars.array(), '\0');
            return text;
        } catch (CharacterCodingException e) {
            throw Failure.of(Kind.FILE_UNREADABLE, file, "it is not UTF-8 text");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
