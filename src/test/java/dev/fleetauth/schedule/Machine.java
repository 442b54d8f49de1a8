package dev.fleetauth.schedule;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.OperatingSystem;
import dev.fleetauth.host.Terminal;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.key.KeySources;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.store.BackedStore;
import dev.fleetauth.store.Backend;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.StoreFiles;
import dev.fleetauth.store.file.FileBackend;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/** The environment of one process: a machine with a disk and a clock, a store, and a provider. */
final class Machine {

    static final ProfileName NAME = new ProfileName("car");

    /** The directory with the home and the temporary files. */
    static final String ROOT = "/m";

    /** The scope of publishing tokens. */
    static final String SINK = "sink";

    /** The time at which every clock starts, in seconds. */
    private static final long EPOCH = 1_900_000_000;

    private final Setting setting;
    private final Actor process;
    private final int number;
    private final MemoryDisk disk;
    private final Environment environment;
    private final Engine engine;

    Machine(Setting setting, Actor process, int number, String name) {
        this.setting = setting;
        this.process = process;
        this.number = number;
        this.disk = new MemoryDisk(process, number, name);
        MemoryUser user = new MemoryUser();
        this.environment = new Environment(
                user.input(),
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                user.messages(),
                Map.of("HOSTNAME", name, "FLEETAUTH_KEY_FILE", setting.keyFile().toString()),
                new MemoryClock(),
                new RepeatableRandom(number),
                Terminal.NONE,
                page -> false,
                path(ROOT),
                path(ROOT + "/tmp"),
                OperatingSystem.LINUX,
                Optional::empty,
                Limits.DEFAULT);
        this.engine = engine(MistakenStore.of(store(setting.isShared()), setting.mistake(), process));
    }

    private Path path(String path) {
        return disk.getPath(path);
    }

    private Engine engine(Store store) {
        var options = new Engine.Options(path(ROOT + "/home"), false, notice -> {}, null, () -> "fleetauth");
        return new Engine(
                environment, options, store, due -> new MemoryProvider(process, number, due, setting.tokens()::has));
    }

    private Store store(boolean isShared) {
        var files = new StoreFiles(environment, path(ROOT + "/home"), new Disk(), warning -> {});
        Backend backend = isShared
                ? new MemoryBackend(process, Setting.DATABASE, setting.mistake())
                : new ImpatientBackend(new FileBackend(environment, files));
        return new MemoryStore(environment, files, backend);
    }

    Engine engine() {
        return engine;
    }

    /** An engine on the other kind of store, to which a profile is moved. */
    Engine otherEngine() {
        return engine(store(!setting.isShared()));
    }

    ProviderChoice provider() {
        return setting.provider();
    }

    ExportKeySource exportKey() {
        return new ExportKeySource(path(Setting.EXPORT_KEY), null, null);
    }

    /** Publishes an export; returns false if that fails. */
    boolean publish(byte[] export) {
        Profile profile = engine.exportKeys(exportKey())
                .open(new String(export, StandardCharsets.US_ASCII).strip(), "the export");
        String token = Operation.token(profile);
        Object published = process.stepFor(Step.SEND, SINK, "publish " + token, world -> {
            world.put(Setting.PUBLISHED, token);
            return true;
        });
        return published.equals(true);
    }

    private final class MemoryClock extends Clock {
        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(EPOCH + (Long) process.stepFor(Step.TIME, "time", "time", World.Draft::time));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** Returns the same values in each run of a process. */
    private static final class RepeatableRandom extends SecureRandom {
        private static final long serialVersionUID = 1;

        private long state;

        RepeatableRandom(int number) {
            // Without the system's implementation, whose creation takes longer than everything else here.
            super(null, null);
            state = 0x9E3779B97F4A7C15L * (number + 1);
        }

        @Override
        public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                bytes[i] = (byte) (state >>> 56);
            }
        }
    }

    private static final class MemoryStore extends BackedStore {
        MemoryStore(Environment env, StoreFiles files, Backend backend) {
            super(env, files, backend, new KeySources(env, files.home(), true, Passphrase.ITERATIONS, w -> {}));
        }
    }
}
