package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.OtherUser;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.SmallDisk;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root and a user without a name, as real processes that use one home. */
@Tag("mount")
@Tag("any-jdk")
class OwnersTest {

    @TempDir
    private Path folder;

    private OtherUser user;
    private ProcessFixture fixture;
    private Path runtime;

    @BeforeEach
    void createHomeOfAUser() throws IOException {
        OtherUser.requireRoot();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        user = OtherUser.in(folder);
        fixture = new ProcessFixture(folder, false);
        runtime = folder.resolve("kept/runtime");
        fixture.login(ProcessFixture.PROFILE, Duration.ZERO);
        Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
        OtherUser.give(folder.resolve("kept"));
    }

    @AfterEach
    void close() throws IOException {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void filesThatRootWritesInTheHomeOfAUserBelongToTheUser() throws IOException {
        Path home = fixture.shell.home();
        Files.delete(home.resolve("locks/default.lock"));
        Files.delete(home.resolve("locks"));
        try (Stream<Path> documents = Files.list(home.resolve("discovery"))) {
            for (Path document : documents.toList()) {
                Files.delete(document);
            }
        }
        Files.delete(home.resolve("discovery"));
        // As an earlier version left it.
        Files.setAttribute(home.resolve("profiles"), "unix:uid", 0);

        asRoot("refresh").exits(0);
        asRoot("token", "--out", home.resolve("token").toString()).exits(0);
        asRoot(
                        "export",
                        "--copy",
                        "--export-key-file",
                        fixture.otherKeyFile.toString(),
                        "--out",
                        home.resolve("export") + "")
                .exits(0);
        asRoot("key", "new-file", home.resolve("new.key").toString()).exits(0);
        asRoot("key", "rotate").exits(0);
        asRoot(
                        "discover",
                        "--type",
                        "third-party",
                        "--issuer",
                        fixture.sandbox.base().toString())
                .exits(0);
        asRoot("refresh", "--after-refresh", "cat >/dev/null", "--export-key-file", fixture.otherKeyFile.toString())
                .exits(0);

        assertAllBelongToTheUser(home);
        assertThat(home.resolve("discovery")).isNotEmptyDirectory();
        asUser("refresh").exits(0);
        asUser("token").exits(0);
        asRoot("logout", "--forget").exits(0);
        assertAllBelongToTheUser(home);
    }

    /** As if root were killed before it could give a new file to the user. */
    @Test
    void filesThatRootCouldNotGiveToTheUserDoNotBlockTheUser() throws IOException {
        Path home = fixture.shell.home();
        for (String created : List.of("locks", "locks/default.lock", "profiles/default.next")) {
            deleteAll(home.resolve(created));
            List<String> words =
                    new ArrayList<>(List.of("setpriv", "--bounding-set", "-chown", "--inh-caps", "-chown", "--"));
            words.addAll(Program.commandLine(Program.LAUNCHER_OPTIONS, "refresh"));

            fixture.start(Map.of(), words).exits(7);

            assertAllBelongToTheUser(home);
            asUser("refresh").exits(0);
        }
    }

    private static void deleteAll(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aHomeThatRootCreatesForAUserBelongsToTheUser() throws IOException {
        Path settings = Files.createDirectory(folder.resolve("kept/settings"));
        OtherUser.give(settings);
        Path home = settings.resolve("a/b");

        fixture.start(
                        Map.of("FLEETAUTH_HOME", home.toString()),
                        Program.commandLine(Program.LAUNCHER_OPTIONS, partnerLogin()))
                .exits(0);

        assertAllBelongToTheUser(settings);
        assertThat(home.resolve("profiles/default.jwe")).exists();
    }

    @Test
    void aUserIsRefusedInTheHomeOfAnotherBeforeAnythingIsSent() throws IOException {
        fixture.shell.run("status").exits(0);
        try (Stream<Path> files = Files.walk(folder.resolve("kept"))) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", 0);
            }
        }
        OtherUser.open(fixture.shell.home());
        // Owning the directories in the home does not make a user the home's owner.
        OtherUser.give(fixture.shell.home().resolve("profiles"));
        OtherUser.give(fixture.shell.home().resolve("locks"));
        OtherUser.give(fixture.keyFile);
        Map<Path, byte[]> before = contents();
        int requests = fixture.sandbox.received().size();

        for (String[] command : new String[][] {{"token"}, {"refresh"}, {"revoke"}, {"logout"}, partnerLogin()}) {
            asUser(command)
                    .exits(7)
                    .printsNothing()
                    .says("the home " + fixture.shell.home() + " belongs to another user; nothing was sent");
        }

        // Even with a shared store: a response that the database does not take would be kept in the home.
        fixture.start(Map.of("FLEETAUTH_STORE", "postgresql://user@localhost:1/nothing"), user.commandLine("refresh"))
                .exits(7)
                .await(program -> program.err().contains("belongs to another user; nothing was sent"));
        assertThat(fixture.sandbox.received()).hasSize(requests);
        assertThat(contents()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void aResponseThatRootKeepsForAUserIsFoundByEither() throws Exception {
        for (boolean rootFindsIt : new boolean[] {true, false}) {
            int before = fixture.refreshes();
            String messages = messagesOnAFullDisk(rootFindsIt ? "root-" : "user-");
            assertThat(messages).contains("is kept in " + runtime + "/fleetauth", " and in /tmp/fleetauth-");

            (rootFindsIt ? asRoot("refresh") : asUser("refresh")).exits(0);

            assertThat(fixture.refreshes()).isEqualTo(before + 1);
            assertThat(List.of(
                            messages.replaceAll("(?s).* is kept in ([^ ]*) and in .*", "$1"),
                            messages.replaceAll("(?s).* and in (/tmp/fleetauth-[^ ]*).*", "$1")))
                    .allSatisfy(kept -> assertThat(Path.of(kept)).doesNotExist());
            assertAllBelongToTheUser(fixture.shell.home());
        }
    }

    /** As an earlier version created it and left it behind. */
    @Test
    void aRecoveryDirectoryOfRootDoesNotBlockTheUser() throws IOException {
        String store = fixture.store().keyDescription().orElseThrow().store();
        Path left = Files.createDirectory(
                Path.of("/tmp/fleetauth-" + store),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            asUser("refresh").exits(0);
            asUser("key", "rotate").exits(0);
            asRoot("refresh").exits(0);
        } finally {
            Files.deleteIfExists(left);
        }
    }

    @Test
    void unlockingAsRootCreatesTheDirectoryForTheUser() {
        // The runtime directory is on a disk. That is checked only after the directory is accepted.
        asRoot("key", "unlock").exits(7).says("is on a disk");
        asUser("key", "unlock").exits(7).says("is on a disk");
        assertThat(OtherUser.owner(runtime.resolve("fleetauth"))).isEqualTo(OtherUser.ID);
    }

    /** Refreshes as root on a disk that fills up meanwhile, frees the disk, and returns the messages. */
    private String messagesOnAFullDisk(String name) throws Exception {
        Path home = fixture.shell.home();
        Path away = folder.resolve(name + "away");
        Files.move(home, away);
        SmallDisk disk = SmallDisk.over(home);
        try {
            copy(away, home);
            OtherUser.give(home);
            fixture.sandbox.enqueue(Fault.slow(Duration.ofSeconds(2)));
            int before = fixture.refreshes();
            try (Program refresh = fixture.start("refresh")) {
                refresh.await(unused -> fixture.refreshes() > before);
                // As if another process had used the space that was reserved for the response.
                Files.delete(home.resolve("profiles/default.space"));
                disk.fill();
                return refresh.result().exits(7).err();
            } finally {
                disk.restore();
                clear(away);
                copy(home, away);
            }
        } finally {
            disk.close();
            Files.delete(home);
            Files.move(away, home);
            OtherUser.give(home);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path place = to.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(place)) {
                    Files.copy(file, place);
                    Files.setPosixFilePermissions(place, Files.getPosixFilePermissions(file));
                }
            }
        }
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private String[] partnerLogin() {
        return new String[] {
            "login",
            "--type",
            "partner",
            "--replace",
            "--issuer",
            fixture.sandbox.base().toString(),
            "--client-id",
            fixture.sandbox.clientId()
        };
    }

    private Result asRoot(String... args) {
        return fixture.start(args).result();
    }

    private Result asUser(String... args) {
        return fixture.start(Map.of("HOME", "/nonexistent"), user.commandLine(args))
                .result();
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.walk(fixture.shell.home())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static void assertAllBelongToTheUser(Path place) throws IOException {
        List<Path> others = new ArrayList<>();
        try (Stream<Path> files = Files.walk(place)) {
            files.filter(file -> OtherUser.owner(file) != OtherUser.ID).forEach(others::add);
        }
        assertThat(others).isEmpty();
    }
}
