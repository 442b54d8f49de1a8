package dev.fleetauth.reliability.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.reliability.ProcessFixture;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Seed;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills {@code register} at each step: the same command continues, and keeps a key pair that has its final names. */
@Tag("any-jdk")
@DisabledOnOs(OS.WINDOWS)
class RegisterKilledTest {

    private static final String PRIVATE = "private-key.pem";
    private static final String PUBLIC = "public-key.pem";
    private static final long POLL_NANOS = 50_000;
    private static final int POINT_DIGITS = 130;

    @TempDir
    private Path folder;

    private ProcessFixture fixture;
    private Path keys;

    @BeforeEach
    void begin() throws IOException {
        fixture = new ProcessFixture(Files.createDirectory(folder.resolve("fixture")), false);
        keys = folder.resolve("keys");
        variables().forEach(fixture.shell::variable);
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private Program start() {
        return fixture.start(variables(), Program.commandLine(Program.LAUNCHER_OPTIONS, words()));
    }

    private Result run() {
        return fixture.runNow(words());
    }

    private String[] words() {
        String domain = fixture.sandbox.base().getAuthority();
        return new String[] {"register", "--domain", domain, "--new-key", keys.toString()};
    }

    private Map<String, String> variables() {
        return Map.of(
                "FLEETAUTH_ISSUER",
                fixture.sandbox.base().toString(),
                "FLEETAUTH_CLIENT_ID",
                fixture.sandbox.clientId());
    }

    private Path file(String name) {
        return keys.resolve(name);
    }

    /** The private key, after a check that both keys belong together; its encoding ends with the point. */
    private String pair() throws Exception {
        assertThat(names()).containsExactlyInAnyOrder(PRIVATE, PUBLIC);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(PRIVATE))))
                .isEqualTo("rw-------");
        String pem = Files.readString(file(PRIVATE));
        String der = HexFormat.of().formatHex(Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", "")));
        String point = ApplicationKey.parse(Files.readAllBytes(file(PUBLIC))).point();
        assertThat(der.substring(der.length() - POINT_DIGITS)).isEqualTo(point);
        return pem;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(keys)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    /** Kills as soon as a file with this name exists; if the name is empty, at a random moment. */
    @ParameterizedTest
    @ValueSource(strings = {PRIVATE + ".next", PUBLIC + ".next", PRIVATE, PUBLIC, ""})
    void theNextRunCompletesTheKeyPairAndKeepsAFinishedPrivateKey(String name) throws Exception {
        try (Program register = start()) {
            while (register.isRunning() && !Files.exists(file(name))) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            if (name.isEmpty()) {
                Thread.sleep(new SplittableRandom(Seed.printed("Killing register")).nextInt(100));
            }
            // It may have ended by itself, since the temporary files exist only for a moment.
            assertThat(register.kill().exitCode()).isIn(137, 4);
        }
        List<byte[]> named = new ArrayList<>();
        if (Files.exists(file(PRIVATE))) {
            named.add(Files.readAllBytes(file(PRIVATE)));
        }
        run().exits(4).says("nothing was found (404)");
        String pair = pair();
        // A key under its final name may already be in use elsewhere.
        assertThat(named).allSatisfy(key -> assertThat(key).asString().isEqualTo(pair));
        fixture.sandbox.host(Files.readAllBytes(file(PUBLIC)));
        run().exits(0);
        assertThat(pair()).isEqualTo(pair);
    }

    /** The states that a kill can leave, in the order in which they occur. */
    @ParameterizedTest
    @CsvSource({
        "PARTIAL, NONE, NONE, NONE, false",
        "OTHER, NONE, NONE, NONE, false",
        "OTHER, PARTIAL, NONE, NONE, false",
        "OTHER, OTHER, NONE, NONE, false",
        "LINK, OWN, OWN, NONE, true",
        "EMPTY, OWN, OWN, NONE, true",
        "NONE, OWN, OWN, NONE, true",
        "NONE, LINK, OWN, OWN, true",
        "NONE, NONE, OWN, OWN, true"
    })
    void registerContinuesFromEachState(
            FileState nextPrivate, FileState nextPublic, FileState privateKey, FileState publicKey, boolean kept)
            throws Exception {
        run().exits(4);
        String pair = pair();
        byte[] own = Files.readAllBytes(file(PRIVATE));
        byte[] point = Files.readAllBytes(file(PUBLIC));
        Files.delete(file(PRIVATE));
        Files.delete(file(PUBLIC));
        run().exits(4);
        byte[] otherPrivate = Files.readAllBytes(file(PRIVATE));
        byte[] otherPublic = Files.readAllBytes(file(PUBLIC));
        Files.delete(file(PRIVATE));
        Files.delete(file(PUBLIC));

        put(PRIVATE, privateKey, own, otherPrivate);
        put(PUBLIC, publicKey, point, otherPublic);
        put(PRIVATE + ".next", nextPrivate, own, otherPrivate);
        put(PUBLIC + ".next", nextPublic, point, otherPublic);

        run().exits(4).says("nothing was found (404)");
        assertThat(pair().equals(pair)).isEqualTo(kept);
    }

    enum FileState {
        NONE,
        EMPTY,
        PARTIAL,
        OWN,
        OTHER,
        LINK
    }

    private void put(String name, FileState state, byte[] own, byte[] other) throws IOException {
        Path file = file(name);
        switch (state) {
            case NONE -> {
                return;
            }
            case EMPTY -> Files.createFile(file);
            case PARTIAL -> Files.writeString(file, "-----BEGIN EC PRI");
            case OWN -> Files.write(file, own);
            case OTHER -> Files.write(file, other);
            case LINK -> Files.createLink(file, file(name.replace(".next", "")));
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Kills while the response to the first or second request of a kind is awaited. */
    @ParameterizedTest
    @CsvSource({"HOSTED_KEY, 1", "TOKEN, 1", "PARTNER_ACCOUNTS, 1", "PARTNER_ACCOUNTS, 2"})
    void theNextRunRepeatsARequestWithoutAResponse(Endpoint endpoint, int count) throws Exception {
        run().exits(4);
        String pair = pair();
        fixture.sandbox.host(Files.readAllBytes(file(PUBLIC)));
        int before = fixture.requests(endpoint);
        for (int i = 1; i < count; i++) {
            fixture.sandbox.enqueue(endpoint, Fault.slow(Duration.ZERO));
        }
        fixture.sandbox.enqueue(endpoint, Fault.slow(Duration.ofSeconds(10)));
        try (Program register = start()) {
            register.await(running -> fixture.requests(endpoint) == before + count);
            assertThat(register.kill().exitCode()).isEqualTo(137);
        }
        assertThat(run().exits(0).out()).contains("ok    na");
        assertThat(fixture.requests(endpoint)).isGreaterThan(before + count);
        assertThat(pair()).isEqualTo(pair);
    }

    @Test
    void concurrentProcessesCreateOnePair() throws Exception {
        List<Program> all = List.of(start(), start(), start());
        for (Program one : all) {
            one.result().exits(4).says("nothing was found (404)");
            one.close();
        }
        pair();
    }
}
