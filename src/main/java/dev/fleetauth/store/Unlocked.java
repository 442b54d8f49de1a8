package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.PrivateFiles;
import dev.fleetauth.host.json.CanonicalJson;
import dev.fleetauth.host.time.Uptime;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Jwe;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.StoreKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A store that is unlocked for a while: the key that opens its keys is stored in memory, in the directory of the user's
 * session.
 *
 * <p>That key is the content key of the current {@code keys.jwe}: not the passphrase, the key-encryption key or a key
 * of the store. It is useless without that file, and after the keys are resealed. It expires when the machine
 * restarts, and after a duration that is measured by the uptime, which cannot be set.
 */
public final class Unlocked {

    private static final String NAME = "unlocked.json";
    private static final int MAX_BYTES = 4 * 1024;
    private static final int KEY_BYTES = 32;
    private static final int PROMPTS_BEFORE_ADVICE = 3;

    private final Environment env;
    private final StoreFiles files;

    public Unlocked(Environment env, StoreFiles files) {
        this.env = env;
        this.files = files;
    }

    /**
     * Checks that there is a place for the key, before the user is asked for anything.
     *
     * @throws Failure of kind {@code UNLOCK_REFUSED}
     */
    Path requirePlace(String store) {
        requireUptime();
        Path directory = files.runtime(store).orElseThrow(() -> refused(PrivateFiles.NO_RUNTIME_DIRECTORY));
        try {
            files.makeDirectoryInMemory(directory);
        } catch (IOException e) {
            throw Failure.because(e, Kind.UNLOCK_REFUSED, directory + ": " + FileReason.of(e));
        }
        return directory;
    }

    /** Stores the key that opens these keys. */
    void keep(SealedKeys keys, byte[] contentKey, Duration duration) {
        String store = keys.description().store();
        Path directory = requirePlace(store);
        Uptime now = requireUptime();
        Map<String, Object> members = Map.of(
                "store", store,
                "sealing", keys.id(),
                "boot", now.boot(),
                "until", now.elapsed().plus(duration).toSeconds(),
                "k", Base64.getUrlEncoder().withoutPadding().encodeToString(contentKey));
        byte[] content = CanonicalJson.write(members).getBytes(StandardCharsets.UTF_8);
        remove(store);
        try {
            files.disk().writeNew(directory.resolve(NAME), content);
        } catch (IOException e) {
            throw Failure.because(e, Kind.UNLOCK_REFUSED, directory + ": " + FileReason.of(e));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private Uptime requireUptime() {
        return env.uptime().get().orElseThrow(() -> refused("the system does not provide its uptime"));
    }

    /** The store's keys if it is unlocked. An expired or useless key is removed. */
    Optional<StoreKeys> open(SealedKeys keys) {
        Optional<Map<String, Object>> stored = stored(keys);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Optional<StoreKeys> opened = Optional.empty();
        byte[] key = stored.get().get("k") instanceof String k ? Jwe.decoded(k) : null;
        try {
            opened = key != null && key.length == KEY_BYTES ? keys.open(key) : opened;
        } catch (MalformedException e) {
            // Handled like any other key that does not open them.
        }
        if (opened.isEmpty()) {
            remove(keys.description().store());
        }
        return opened;
    }

    /** Counts a passphrase prompt; true for the third one of a day, if the store could be unlocked instead. */
    boolean countPrompt(String store) {
        try {
            Path counter = requirePlace(store).resolve("prompts");
            String today = LocalDate.ofInstant(env.clock().instant(), env.zone()) + " ";
            byte[] stored = files.disk().read(counter, MAX_BYTES);
            String before = stored == null ? "" : new String(stored, StandardCharsets.US_ASCII);
            int count = 1 + (before.startsWith(today) ? Integer.parseInt(before.substring(today.length())) : 0);
            files.disk().delete(counter);
            files.disk().writeNew(counter, (today + count).getBytes(StandardCharsets.US_ASCII));
            return count == PROMPTS_BEFORE_ADVICE;
        } catch (Failure | IOException | MalformedException | NumberFormatException e) {
            // Only a hint depends on it.
            return false;
        }
    }

    /** How much longer the store is unlocked; empty if it is not. An expired key is removed. */
    Optional<Duration> left(SealedKeys keys) {
        return stored(keys).flatMap(this::left);
    }

    /** Locks the store; false if it was already locked. */
    boolean remove(String store) {
        Optional<Path> file = file(store).filter(PrivateFiles::exists);
        if (file.isPresent()) {
            try {
                files.disk().delete(file.get());
            } catch (IOException e) {
                throw StoreFiles.unwritable(file.get(), e);
            }
        }
        return file.isPresent();
    }

    /** The file with the key, in a directory that nobody else can change. */
    private Optional<Path> file(String store) {
        return files.runtime(store).filter(files::isOwn).map(directory -> directory.resolve(NAME));
    }

    /** What was stored for these keys. A file for other keys, or one that has expired, is removed. */
    private Optional<Map<String, Object>> stored(SealedKeys keys) {
        String store = keys.description().store();
        Optional<Path> file = file(store);
        try {
            byte[] content = file.isEmpty() ? null : files.disk().read(file.get(), MAX_BYTES);
            if (content == null) {
                return Optional.empty();
            }
            Map<String, Object> members = CanonicalJson.object(new String(content, StandardCharsets.UTF_8));
            Arrays.fill(content, (byte) 0);
            if (store.equals(members.get("store"))
                    && keys.id().equals(members.get("sealing"))
                    && left(members).isPresent()) {
                return Optional.of(members);
            }
        } catch (IOException | MalformedException e) {
            // The file does not contain what this class writes.
        }
        remove(store);
        return Optional.empty();
    }

    private Optional<Duration> left(Map<String, Object> members) {
        Optional<Uptime> now = env.uptime().get();
        if (now.isPresent()
                && now.get().boot().equals(members.get("boot"))
                && members.get("until") instanceof Long until
                && until > now.get().elapsed().toSeconds()) {
            return Optional.of(Duration.ofSeconds(until).minus(now.get().elapsed()));
        }
        return Optional.empty();
    }

    private static Failure refused(String why) {
        return Failure.of(Kind.UNLOCK_REFUSED, why);
    }
}
