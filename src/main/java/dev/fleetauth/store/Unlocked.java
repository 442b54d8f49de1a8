package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.time.Uptime;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.CanonicalJson;
import dev.fleetauth.seal.Jwe;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.key.SealedKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A store that is unlocked for a while: what opens its keys lies in the folder of the person's session, in memory.
 *
 * <p>What lies there is the content key of that one {@code keys.jwe}: not the passphrase, not the key-encryption key, and no
 * key of the store. So it opens nothing without that file, and nothing at all once the keys are sealed anew. It counts for
 * this run of the machine, and until a time that is counted from the machine's start, which nobody can set.
 */
public final class Unlocked {

    private static final int MAX_BYTES = 4 * 1024;
    private static final int KEY_BYTES = 32;
    private static final int PROMPTS_BEFORE_ADVICE = 3;

    private final Environment env;
    private final StorePaths layout;
    private final PrivateFiles files;

    public Unlocked(Environment env, StorePaths layout, PrivateFiles files) {
        this.env = env;
        this.layout = layout;
        this.files = files;
    }

    /**
     * Proves that there is a place for it, before anybody is asked for anything.
     *
     * @throws Failure of kind {@code UNLOCK_REFUSED}
     */
    void requirePlace(String store) {
        requireUptime();
        Path folder = folder(store);
        try {
            files.makeFolderInMemory(folder);
        } catch (IOException e) {
            throw Failure.because(e, Kind.UNLOCK_REFUSED, folder + ": " + Disk.reason(e));
        }
    }

    /** Keeps what opens these keys. */
    void keep(SealedKeys keys, byte[] contentKey, Duration howLong) {
        String store = keys.description().store();
        requirePlace(store);
        Uptime now = requireUptime();
        byte[] content =
                content(keys, contentKey, new Uptime(now.boot(), now.elapsed().plus(howLong)));
        remove(store);
        try {
            files.disk().writeNew(file(folder(store)), content);
        } catch (IOException e) {
            throw Failure.because(e, Kind.UNLOCK_REFUSED, folder(store) + ": " + Disk.reason(e));
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private Uptime requireUptime() {
        return env.uptime().get().orElseThrow(() -> refused("the system does not say how long it has been up"));
    }

    private Path folder(String store) {
        return layout.runtime(store).orElseThrow(() -> refused(StorePaths.NO_RUNTIME_FOLDER));
    }

    private static byte[] content(SealedKeys keys, byte[] contentKey, Uptime end) {
        Map<String, Object> members = new HashMap<>();
        members.put("store", keys.description().store());
        members.put("sealing", keys.id());
        members.put("boot", end.boot());
        members.put("until", end.elapsed().toSeconds());
        members.put("k", Base64.getUrlEncoder().withoutPadding().encodeToString(contentKey));
        return CanonicalJson.write(members).getBytes(StandardCharsets.UTF_8);
    }

    /** The store's keys, if it is unlocked. What is over, or does not open them, is removed. */
    Optional<StoreKeys> open(SealedKeys keys) {
        Optional<StoreKeys> opened = Optional.empty();
        Optional<Map<String, Object>> kept = kept(keys);
        if (kept.isPresent()) {
            try {
                opened = keys.open(contentKey(kept.get()));
            } catch (MalformedException e) {
                // It goes the way of all that does not open.
            }
            if (opened.isEmpty()) {
                remove(keys.description().store());
            }
        }
        return opened;
    }

    /** Counts a prompt for the passphrase; true for the third one of a day, where the store could be unlocked instead. */
    boolean isThirdPromptToday(String store) {
        try {
            requirePlace(store);
            Path counter = folder(store).resolve("prompts");
            String today = LocalDate.ofInstant(env.clock().instant(), env.zone()) + " ";
            byte[] kept = files.disk().read(counter, MAX_BYTES);
            String before = kept == null ? "" : new String(kept, StandardCharsets.US_ASCII);
            int count = 1 + (before.startsWith(today) ? Integer.parseInt(before.substring(today.length())) : 0);
            if (kept != null) {
                files.disk().delete(counter);
            }
            files.disk().writeNew(counter, (today + count).getBytes(StandardCharsets.US_ASCII));
            return count == PROMPTS_BEFORE_ADVICE;
        } catch (Failure | IOException | MalformedException | NumberFormatException e) {
            // It is advice, and nothing depends on it.
            return false;
        }
    }

    /** How long the store is still unlocked; empty if it is not. What is over is removed. */
    Optional<Duration> left(SealedKeys keys) {
        return kept(keys).flatMap(this::left);
    }

    /** Locks it again; false if it was locked. */
    boolean remove(String store) {
        Path folder = layout.runtime(store).orElse(null);
        if (folder == null || !PrivateFiles.isOwn(folder, layout.home()) || !PrivateFiles.exists(file(folder))) {
            return false;
        }
        try {
            files.disk().delete(file(folder));
            return true;
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file(folder), e);
        }
    }

    private Optional<Map<String, Object>> kept(SealedKeys keys) {
        String store = keys.description().store();
        Path folder = layout.runtime(store).orElse(null);
        if (folder == null || !PrivateFiles.isOwn(folder, layout.home())) {
            return Optional.empty();
        }
        try {
            byte[] content = files.disk().read(file(folder), MAX_BYTES);
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
            // Not what was written there.
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

    private static byte[] contentKey(Map<String, Object> members) throws MalformedException {
        byte[] key = members.get("k") instanceof String k ? Jwe.decoded(k) : null;
        if (key == null || key.length != KEY_BYTES) {
            throw new MalformedException("it holds no key");
        }
        return key;
    }

    private static Path file(Path folder) {
        return folder.resolve("unlocked.json");
    }

    private static Failure refused(String why) {
        return Failure.of(Kind.UNLOCK_REFUSED, why);
    }
}
