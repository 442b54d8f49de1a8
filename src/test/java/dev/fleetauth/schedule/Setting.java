package dev.fleetauth.schedule;

import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.flow.ProviderChoice;
import dev.fleetauth.flow.RegionChoice;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.store.Store;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The common setting of a number of schedules.
 *
 * @param isShared whether profiles are in a database; otherwise in files of one machine
 * @param isStrict whether the provider accepts a refresh token only once
 * @param mistake the deliberate bug; {@code NONE} for none
 * @param keyFile the key file of the store
 * @param tokens finds the refresh tokens that still exist
 */
record Setting(boolean isShared, boolean isStrict, Mistake mistake, Path keyFile, Tokens tokens) {

    static final String DATABASE = "database";
    static final String EXPORT_KEY = Machine.ROOT + "/export.jwk";

    /** The cell with the token that was published last. */
    static final String PUBLISHED = "published";

    private static final String JWK = new OctetSequenceKey.Builder(new byte[32])
            .keyID("key")
            .algorithm(JWEAlgorithm.A256KW)
            .build()
            .toJSONString();

    static final String FIRST_GRANT = "A";

    static final Scope SCOPE = new Scope(List.of("offline_access"));

    /** Only Tesla counts as a provider that accepts spent tokens. */
    private static final String TESLA_TYPE = TokenType.THIRD_PARTY.id();

    private static final String TESLA_REGION = Region.EU.id();

    /** Creates a setting, with a new key file. */
    static Setting of(boolean isShared, boolean isStrict, Mistake mistake) {
        try {
            Path file = Files.createTempFile("schedule", ".jwk");
            file.toFile().deleteOnExit();
            Files.writeString(file, JWK);
            OctetSequenceKey key = OctetSequenceKey.parse(JWK);
            return new Setting(isShared, isStrict, mistake, file, new Tokens(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The name of a process's machine. With a database, each process has its own. */
    String machine(int process) {
        return isShared ? String.valueOf((char) ('a' + process)) : "a";
    }

    /** The world before any process runs: a profile with an expired access token. */
    World begin(int processes) {
        World.Draft draft = new World.Draft(World.EMPTY);
        draft.put(World.TIME, 0L);
        for (int i = 0; i < processes; i++) {
            String files = MemoryDisk.files(machine(i));
            draft.put(files + "/", MemoryDisk.FOLDER);
            draft.put(files + Machine.ROOT, MemoryDisk.FOLDER);
            draft.put(files + Machine.ROOT + "/tmp", MemoryDisk.FOLDER);
            draft.put(files + EXPORT_KEY, new MemoryDisk.Content(JWK, 0));
        }
        draft.put(MemoryProvider.GRANTS + FIRST_GRANT, new MemoryProvider.Grant(1, false, Map.of()));
        if (isStrict) {
            draft.put(MemoryProvider.STRICT, true);
        }
        Setting sound = new Setting(isShared, isStrict, Mistake.NONE, keyFile, tokens);
        Program setup = process -> {
            Machine machine = new Machine(sound, process, 9, machine(0));
            Store store = machine.engine().store();
            store.checkWritable(Machine.NAME);
            try (Store.Lease lease = store.lock(Machine.NAME, Duration.ZERO)) {
                lease.save(new Profile(Machine.NAME, 1, session(), null), false);
            }
            return Outcome.done("");
        };
        return Steps.runAlone(setup, draft.finish()).world();
    }

    private Session session() {
        Settings settings = new Settings(
                isStrict ? Settings.OPENID : TESLA_TYPE,
                MemoryProvider.ISSUER,
                isStrict ? null : TESLA_REGION,
                Grant.AUTHORIZATION_CODE,
                "client",
                null,
                null,
                ClientAuthentication.NONE,
                SCOPE,
                null,
                null,
                null,
                Map.of(),
                new Endpoints(
                        URI.create(MemoryProvider.AUTHORIZATION),
                        URI.create(MemoryProvider.TOKEN),
                        URI.create(MemoryProvider.KEYS),
                        URI.create(MemoryProvider.REVOCATION),
                        null),
                null);
        String token = FIRST_GRANT + ".1";
        return new Session(
                Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[16]),
                settings,
                new dev.fleetauth.model.Tokens(
                        new Secret(token),
                        "Bearer",
                        Instant.EPOCH,
                        Duration.ofSeconds(MemoryProvider.LIFE),
                        new Secret(token),
                        Instant.EPOCH,
                        null,
                        null,
                        null,
                        null));
    }

    /** A command as a process. */
    Program program(Operation operation, int number, String machine) {
        return process -> {
            Machine own = new Machine(this, process, number, machine);
            try {
                return Outcome.done(operation.run(own));
            } catch (dev.fleetauth.model.Failure e) {
                return Outcome.failed(e);
            }
        };
    }

    /** The provider of a login. */
    ProviderChoice provider() {
        return new ProviderChoice(
                isStrict ? null : TESLA_TYPE,
                MemoryProvider.ISSUER,
                isStrict ? null : new RegionChoice(TESLA_REGION, true),
                Map.of(),
                null);
    }

    /** The first words of a recorded schedule. */
    String words() {
        return (isShared ? "database" : "files") + " " + (isStrict ? "strict" : "lenient")
                + (mistake == Mistake.NONE ? "" : " " + mistake);
    }

    /** Parses {@link #words}. */
    static @Nullable Setting parse(List<String> words) {
        Mistake mistake = words.size() > 2 ? Mistake.valueOf(words.get(2)) : Mistake.NONE;
        return of(words.get(0).equals("database"), words.get(1).equals("strict"), mistake);
    }
}
