package dev.fleetauth.flow.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.seal.KeyDescription;
import dev.fleetauth.store.ClientRegistry;
import dev.fleetauth.store.KeyChanges;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes to a profile while it is moved to another store. */
@Tag("any-jdk")
class StoreMoveTest {

    private static final ProfileName NAME = ProfileName.DEFAULT;
    private static final Duration WAIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private TestShell shell;
    private Sandbox sandbox;
    private Environment environment;
    private Store here;
    private Store there;

    @BeforeEach
    void createProfile() throws IOException {
        shell = new TestShell(folder);
        sandbox = Sandbox.start(SandboxOptions.STRICT, shell.clock(), shell.random());
        shell.watch(sandbox)
                .variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
        shell.browser(Agent.allowing());
        shell.run("login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.clientId())
                .exits(0);
        environment = shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        here = new FileStore(environment, shell.home(), true, warning -> {});
        there = new FileStore(environment, Files.createDirectory(folder.resolve("there")), true, warning -> {});
    }

    @AfterEach
    void end() throws IOException {
        sandbox.close();
    }

    /** As done by an {@code --after-refresh} command that started before the move. */
    @Test
    void aMarkThatChangesMeanwhileDoesNotStopTheMove() {
        change(profile -> profile.withSession(profile.session().withPublishPending(true)));

        move(() -> change(Profile::published));

        assertThat(here.read(NAME)).isEmpty();
        assertThat(there.read(NAME).orElseThrow().session().moved()).isNull();
    }

    @Test
    void aNewerStateSavedHereMeanwhileStays() {
        Profile before = here.read(NAME).orElseThrow();

        move(() -> change(profile -> before.withResponse(before.session())));

        assertThat(here.read(NAME)).contains(before.withResponse(before.session()));
    }

    @Test
    void theSameStateImportedHereMeanwhileStays() {
        Profile before = here.read(NAME).orElseThrow();

        move(() -> change(profile -> before));

        assertThat(here.read(NAME)).contains(before);
    }

    /** A logout here must not affect the copy, which is in use there. */
    @Test
    void aLogoutHereReplacesNoTokensThere() {
        Profile before = here.read(NAME).orElseThrow();
        move(() -> change(profile -> before));
        shell.run("logout").exits(0);

        assertThatThrownBy(() -> move(() -> {})).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(Failure.Kind.PROFILE_EXISTS);
            assertThat(failure.fields().get("remedy")).startsWith("use the profile in the other store");
        });

        assertThat(there.read(NAME)).contains(before);
    }

    private void change(UnaryOperator<Profile> change) {
        try (Store.Lease lease = here.lock(NAME, WAIT)) {
            lease.save(change.apply(lease.read().orElseThrow()), false);
        }
    }

    /** Moves the profile, and runs a task after it is marked and before it is copied. */
    private void move(Runnable between) {
        var options = new Engine.Options(shell.home(), false, notice -> {}, null, () -> "test");
        try (Engine from = new Engine(environment, options, here);
                Engine to = new Engine(environment, options, new Interrupting(there, between))) {
            new StoreMove(from, to).move(NAME, false);
        }
    }

    /** A store that runs a task before it locks a profile. */
    private record Interrupting(Store store, Runnable before) implements Store {

        @Override
        public List<ProfileName> names() {
            return store.names();
        }

        @Override
        public Optional<Profile> read(ProfileName name) {
            return store.read(name);
        }

        @Override
        public Optional<String> movedTo(ProfileName name) {
            return store.movedTo(name);
        }

        @Override
        public Lease lock(ProfileName name, Duration wait, Consumer<Failure> waiting) {
            before.run();
            return store.lock(name, wait, waiting);
        }

        @Override
        public void checkWritable(ProfileName name) {
            store.checkWritable(name);
        }

        @Override
        public Optional<PublishLock> publishLock(ProfileName name, Duration wait) {
            return store.publishLock(name, wait);
        }

        @Override
        public String location(ProfileName name) {
            return store.location(name);
        }

        @Override
        public boolean hasKeySource() {
            return store.hasKeySource();
        }

        @Override
        public Optional<KeyDescription> keyDescription() {
            return store.keyDescription();
        }

        @Override
        public void open() {
            store.open();
        }

        @Override
        public KeyChanges keyChanges() {
            return store.keyChanges();
        }

        @Override
        public ClientRegistry clients() {
            return store.clients();
        }
    }
}
