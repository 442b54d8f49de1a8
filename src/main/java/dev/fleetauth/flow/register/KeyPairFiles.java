package dev.fleetauth.flow.register;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.tesla.ApplicationKey;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The key pair of an application, in a directory that the user chose. The private key is written once, and only its
 * label is ever read.
 *
 * <p>Both keys are flushed to temporary files before either is renamed; the private key is renamed first. If the
 * process is killed between the two renames, the public key is still in its temporary file. If it is killed earlier,
 * the private key was never used, and a new one replaces it.
 */
final class KeyPairFiles {

    private static final String NEXT = ".next";
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);
    private static final Duration LOCK_PAUSE = Duration.ofMillis(20);

    /** The constant DER of an ECPrivateKey on P-256 (RFC 5915 3): before the private value, and after it. */
    private static final String BEFORE_VALUE = "30770201010420";

    private static final String BEFORE_POINT = "a00a06082a8648ce3d030107a144034200";
    private static final int VALUE_BYTES = 32;

    /** The number of bytes of a private key file that are read: its label, but nothing of the private value. */
    private static final int LABEL_BYTES = 40;

    private final Disk disk = new Disk();
    private final Path directory;
    private final Path privateKey;
    private final Path publicKey;
    private final Path nextPrivate;
    private final Path nextPublic;

    KeyPairFiles(Path directory) {
        this.directory = directory;
        privateKey = directory.resolve("private-key.pem");
        publicKey = directory.resolve("public-key.pem");
        nextPrivate = directory.resolve(privateKey.getFileName() + NEXT);
        nextPublic = directory.resolve(publicKey.getFileName() + NEXT);
    }

    /** The file of the private key. */
    Path privateKey() {
        return privateKey;
    }

    /** The file of the public key. */
    Path publicKey() {
        return publicKey;
    }

    /** Whether there is a key pair, or half of one. */
    boolean isPresent() {
        return exists(publicKey) || exists(privateKey);
    }

    /**
     * Creates a key pair if there is none, and completes a creation that was interrupted.
     *
     * @return whether it was created
     * @throws Failure of kind {@code KEY_UNUSABLE} if the directory is unsafe, or {@code STORE_UNWRITABLE}
     */
    boolean createIfMissing(SecureRandom random) {
        try {
            if (!exists(directory)) {
                requireIrreplaceable(existing(directory));
                FileOwner.createDirectories(directory, FileOwner.permissions(directory.toAbsolutePath(), "rwx------"));
            }
            requireOwnDirectory();
            boolean created = !isPresent() && write(random);
            finish();
            return created;
        } catch (IOException e) {
            throw Failure.because(e, Kind.STORE_UNWRITABLE, directory, FileReason.of(e), "nothing was sent");
        }
    }

    /**
     * Requires that other users can neither replace the keys nor read or change the private key, and that its file has
     * the label of an unencrypted private key.
     *
     * @throws Failure of kind {@code KEY_UNUSABLE}, or {@code FILE_UNREADABLE}
     */
    void requireSafe() {
        try {
            requireOwnDirectory();
            if (exists(privateKey)) {
                requirePrivateKey();
            }
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, directory, FileReason.of(e));
        }
    }

    private void requireOwnDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            throw unusable(directory, "it is not a directory", "use a directory of your own");
        }
        if (FileOwner.isForeign(directory)) {
            throw unusable(directory, "it belongs to another user", "use a directory of your own");
        }
        String mode = Permissions.modeIfOthersCan(Permissions.WRITE, directory);
        if (mode != null) {
            throw unusable(directory, "other users can write to it (" + mode + ")", "run 'chmod go-w' on it");
        }
        // Also checks the path as given: a symbolic link in it may belong to another user.
        requireIrreplaceable(directory.toAbsolutePath().getParent());
        requireIrreplaceable(directory.toRealPath().getParent());
    }

    private static Path existing(Path directory) throws IOException {
        Path place = directory.toAbsolutePath();
        while (!Files.isDirectory(place) && place.getParent() != null) {
            place = place.getParent();
        }
        return place.toRealPath();
    }

    /** Requires that other users cannot replace the entries of a directory or of any of its parents. */
    private void requireIrreplaceable(@Nullable Path place) throws IOException {
        for (Path above = place; above != null; above = above.getParent()) {
            if (!FileOwner.protectsEntries(above)) {
                throw unusable(
                        directory,
                        "other users can replace it, since they can write to " + above,
                        "use a directory that other users cannot replace");
            }
        }
    }

    private void requirePrivateKey() throws IOException {
        if (!Files.isRegularFile(privateKey)) {
            throw unusable(privateKey, "it is not a file", "use another directory");
        }
        String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, privateKey);
        if (mode != null) {
            throw unusable(
                    privateKey,
                    "other users can read or change it (" + mode + ")",
                    "run 'chmod 600' on it; if someone may have read it, create another key pair");
        }
        byte[] start;
        try (InputStream in = Files.newInputStream(privateKey)) {
            start = in.readNBytes(LABEL_BYTES);
        }
        String label = new String(start, StandardCharsets.ISO_8859_1);
        if (label.contains("ENCRYPTED") || label.contains("Proc-")) {
            throw unusable(
                    privateKey,
                    "it is encrypted, but programs that sign commands cannot ask for a passphrase",
                    "decrypt it with 'openssl ec', or use an empty directory for another key pair");
        }
        boolean hasPrivateKeyLabel = label.startsWith("-----BEGIN EC PRIVATE KEY-----")
                || label.startsWith("-----BEGIN PRIVATE KEY-----")
                || label.startsWith("-----BEGIN EC PARAMETERS-----");
        if (!hasPrivateKeyLabel) {
            throw unusable(
                    privateKey, "it is not an EC private key in PEM", "use an empty directory for a new key pair");
        }
    }

    private boolean write(SecureRandom random) throws IOException {
        try (FileChannel channel = disk.openLock(nextPrivate)) {
            lock(channel);
            if (exists(privateKey)) {
                return false;
            }
            KeyPair pair = newPair(random);
            ApplicationKey key = publicKey(pair);
            byte[] pem = privatePem((ECPrivateKey) pair.getPrivate(), key);
            channel.truncate(0);
            disk.write(channel, pem);
            disk.force(channel);
            Arrays.fill(pem, (byte) 0);
            Files.deleteIfExists(nextPublic);
            // Readable by all, for the web server that serves it.
            Files.createFile(nextPublic, FileOwner.permissions(directory.toAbsolutePath(), "rw-r--r--"));
            FileOwner.inherit(nextPublic);
            disk.overwrite(nextPublic, key.pem().getBytes(StandardCharsets.US_ASCII));
            disk.flushDirectory(directory);
            return disk.rename(nextPrivate, privateKey);
        }
    }

    /** Renames the public key once the private key has been renamed, and removes temporary files. */
    private void finish() throws IOException {
        boolean hasPrivate = exists(privateKey);
        if (hasPrivate && !exists(publicKey) && exists(nextPublic) && wasRenamed()) {
            try {
                disk.rename(nextPublic, publicKey);
            } catch (NoSuchFileException e) {
                // Another process has already renamed it.
            }
        }
        if (hasPrivate && exists(publicKey)) {
            disk.delete(nextPrivate);
            disk.delete(nextPublic);
            disk.flushDirectory(directory);
        }
    }

    /** Whether the private key that was written last has been renamed. */
    private boolean wasRenamed() throws IOException {
        try {
            // Empty: a new file that another process opened as its lock. The same file: a rename has linked the new
            // name, but not yet removed the old one.
            return Files.size(nextPrivate) == 0 || Files.isSameFile(nextPrivate, privateKey);
        } catch (NoSuchFileException e) {
            // Renamed, by this process or another one.
            return true;
        }
    }

    /**
     * Locks a file, waiting briefly if another process is creating the pair. Closing the file releases the lock.
     */
    private void lock(FileChannel channel) throws IOException {
        Deadline deadline = Deadline.in(LOCK_WAIT);
        while (disk.lock(channel) == null) {
            if (deadline.hasPassed()) {
                throw new IOException("another process is creating a key pair there");
            }
            try {
                deadline.pause(LOCK_PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private static KeyPair newPair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks P-256", e);
        }
    }

    private static ApplicationKey publicKey(KeyPair pair) {
        try {
            return ApplicationKey.ofDer(pair.getPublic().getEncoded());
        } catch (ApplicationKey.Rejected e) {
            throw new IllegalStateException("the generated key is not on P-256", e);
        }
    }

    /**
     * The key in the form that 'openssl ecparam -genkey -noout' writes, which every program that signs commands can
     * read.
     */
    private static byte[] privatePem(ECPrivateKey key, ApplicationKey publicKey) {
        BigInteger number = key.getS();
        HexFormat hex = HexFormat.of();
        byte[] digits = number.toByteArray();
        byte[] fixed = new byte[VALUE_BYTES];
        int length = Math.min(digits.length, VALUE_BYTES);
        System.arraycopy(digits, digits.length - length, fixed, VALUE_BYTES - length, length);
        String der = BEFORE_VALUE + hex.formatHex(fixed) + BEFORE_POINT + publicKey.point();
        return ApplicationKey.pem("EC PRIVATE KEY", hex.parseHex(der)).getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    static Failure unusable(Path file, String why, String remedy) {
        return Failure.of(Kind.KEY_UNUSABLE, file, why, remedy);
    }
}
