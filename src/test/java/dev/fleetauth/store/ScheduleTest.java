package dev.fleetauth.store;

import static dev.fleetauth.seal.Profiles.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.file.Disk;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.seal.Passphrase;
import dev.fleetauth.seal.Profiles;
import dev.fleetauth.seal.key.KeySources;
import dev.fleetauth.store.Scheduler.Actor;
import dev.fleetauth.store.Scheduler.Fault;
import dev.fleetauth.store.Scheduler.Step;
import dev.fleetauth.store.file.World;
import dev.fleetauth.testing.TestClock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What two machines may do to a profile of a shared store at once, in every order within bounds, with a fault at any step: the
 * store is the real one, over a backend and a provider in memory. A schedule that fails prints itself. The bounds are one
 * switch and one fault; {@code -Dfleetauth.switches} and {@code -Dfleetauth.faults} set others.
 */
class ScheduleTest {

    private static final int SWITCHES = Integer.getInteger("fleetauth.switches", 1);
    private static final int FAULTS = Integer.getInteger("fleetauth.faults", 1);
    private static final Duration SLEEP = BackedStore.TURN_LEASE.plusSeconds(1);
    private static final int MAX_RECORD = 64 * 1024;
    private static final String FIRST = "session";
    private static final String LOGIN = "login";

    /** What a process does. */
    private enum Operation {
        REFRESH,
        LOGIN,
        LOGOUT,
        REMOVE,
        MOVE
    }

    /** What is done wrong on purpose. */
    private enum Mistake {
        NONE,
        NO_ATTEMPT,
        VERIFY_BEFORE_SAVE,
        EARLY_UNLOCK,
        NO_TURN,
        NO_COMPARISON
    }

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final List<World> machines = new ArrayList<>();
    private MemoryBackend.Table table = new MemoryBackend.Table(clock);

    private boolean isStrict;
    private Mistake mistake = Mistake.NONE;

    // The provider: the tokens are numbers, of which the newest is taken once.
    private int token;
    private boolean isRevoked;
    private @Nullable String login;

    // What became of a schedule, beside what is stored.
    private boolean isResponseLost;
    private final Set<Operation> done = EnumSet.noneOf(Operation.class);
    private final List<String> violations = new ArrayList<>();

    private int schedules;

    @ParameterizedTest
    @CsvSource({
        "REFRESH, REFRESH, true",
        "REFRESH, REFRESH, false",
        "REFRESH, LOGIN, false",
        "REFRESH, LOGOUT, true",
        "REFRESH, REMOVE, true",
        "REFRESH, MOVE, true",
        "LOGIN, REMOVE, true",
        "LOGIN, MOVE, true"
    })
    void noScheduleLosesAToken(Operation first, Operation second, boolean strict) throws IOException {
        isStrict = strict;

        explore(first, second);

        assertThat(violations).isEmpty();
        assertThat(schedules).isGreaterThan(100);
    }

    /** The harness is itself worth a check. */
    @ParameterizedTest
    @EnumSource(
            value = Mistake.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void eachMistakeIsFound(Mistake made) throws IOException {
        isStrict = true;
        mistake = made;

        explore(Operation.REFRESH, Operation.REFRESH);

        assertThat(violations).as("after %s schedules", schedules).isNotEmpty();
    }

    /** Runs all schedules, until one violates a promise. */
    private void explore(Operation first, Operation second) throws IOException {
        machines.add(machine("here"));
        machines.add(machine("there"));
        try (Scheduler scheduler = new Scheduler(clock, SLEEP)) {
            do {
                schedules++;
                begin();
                List<Actor> actors = scheduler.run(
                        SWITCHES, FAULTS, List.of(actor -> run(actor, first), actor -> run(actor, second)));
                check(actors, List.of(first, second));
                if (!violations.isEmpty()) {
                    violations.add("schedule " + schedules + ": " + scheduler.trace());
                }
            } while (violations.isEmpty() && scheduler.next());
        }
    }

    private World machine(String name) throws IOException {
        World machine = World.withKeyFile(Files.createDirectory(folder.resolve(name)));
        machine.clock = clock;
        // The schedules crash processes, not machines.
        machine.disk = new Disk() {
            @Override
            public void force(FileChannel channel) {
                // It need not reach the disk.
            }

            @Override
            public void forceFolder(Path directory) {
                // Nor need its name.
            }

            @Override
            public void write(FileChannel channel, byte[] content) throws IOException {
                // Nor is space short.
                super.write(channel, content.length > MAX_RECORD ? new byte[0] : content);
            }
        };
        if (!machines.isEmpty()) {
            machine.variables.put(
                    "FLEETAUTH_KEY_FILE", machines.get(0).variables.get("FLEETAUTH_KEY_FILE"));
        }
        return machine;
    }

    private void begin() throws IOException {
        table = new MemoryBackend.Table(clock);
        table.isCareless = mistake == Mistake.NO_COMPARISON;
        table.isTurnless = mistake == Mistake.NO_TURN;
        token = 1;
        isRevoked = false;
        login = null;
        isResponseLost = false;
        done.clear();
        for (World machine : machines) {
            machine.warnings.clear();
            try (Stream<Path> kept = Files.walk(machine.folder)) {
                for (Path file : kept.filter(Files::isRegularFile).toList()) {
                    if (!file.getFileName().toString().equals("key.jwk")) {
                        Files.delete(file);
                    }
                }
            }
        }
        BackedStore store = store(0, null);
        store.checkWritable(NAME);
        try (Store.Lease lease = store.lock(NAME, Duration.ZERO)) {
            lease.save(profile(1, session(FIRST, 1)), false);
        }
    }

    private BackedStore store(int machine, @Nullable Actor actor) {
        World world = machines.get(machine);
        var env = world.environment();
        var paths = new StorePaths(env, world.home);
        return new BackedStore(
                env,
                paths,
                new PrivateFiles(paths.home(), world.disk, world.warnings::add),
                new MemoryBackend(table, actor),
                new KeySources(env, paths.home(), true, Passphrase.ITERATIONS, world.warnings::add));
    }

    private static Profile profile(long generation, Session session) {
        return new Profile(NAME, generation, session, null);
    }

    private static Session session(String id, int token) {
        return Profiles.bareSession(id).withTokens(tokens(token), null);
    }

    private static Tokens tokens(int token) {
        return Objects.requireNonNull(
                Profiles.at(FIRST, 0, String.valueOf(token)).session().tokens());
    }

    private static int token(Session session) {
        return Integer.parseInt(
                Objects.requireNonNull(session.tokens()).accessToken().reveal());
    }

    /** What a process does, from the start again where another was faster. */
    private void run(Actor actor, Operation operation) {
        BackedStore store = store(actor.number, actor);
        for (int tries = 0; tries < 3; tries++) {
            try {
                switch (operation) {
                    case REFRESH -> refresh(actor, store);
                    case LOGIN -> login(actor, store);
                    case LOGOUT -> change(store, lease -> lease.save(read(lease).loggedOut(), false));
                    case REMOVE -> change(store, Store.Lease::remove);
                    case MOVE -> change(store, this::move);
                }
                done.add(operation);
                return;
            } catch (Failure e) {
                if (e.kind() != Kind.OVERTAKEN) {
                    return;
                }
            }
        }
    }

    private static Profile read(Store.Lease lease) {
        return lease.read().orElseThrow(() -> Failure.of(Kind.NO_SUCH_PROFILE, NAME));
    }

    private static void change(BackedStore store, Consumer<Store.Lease> change) {
        try (Store.Lease lease = store.lock(NAME, Duration.ZERO)) {
            change.accept(lease);
        }
    }

    /** As an export does it. */
    private void move(Store.Lease lease) {
        Profile profile = read(lease);
        if (profile.session().attempt() != null) {
            throw Failure.of(Kind.ANSWER_ON_OTHER_HOST, NAME, "host", clock.instant());
        }
        lease.save(profile.withSession(profile.session().withMoved(new Moved(clock.instant(), "host", null))), false);
    }

    /** As {@code Renewal} does it, where the access token is dead. */
    @SuppressWarnings("try") // To close by hand is one of the mistakes.
    private void refresh(Actor actor, BackedStore store) {
        Profile seen = store.read(NAME).orElseThrow(() -> Failure.of(Kind.NO_SUCH_PROFILE, NAME));
        try (Store.Lease lease = store.lock(NAME, Duration.ZERO)) {
            Profile now = read(lease);
            Session session = now.session();
            Attempt open = session.attempt();
            boolean isNewer = now.generation() > seen.generation() || !now.isOfSameSession(seen);
            boolean mayPost = open == null || (open.equals(seen.session().attempt()) && (!isStrict || !lease.ranOut()));
            if (isNewer || now.candidate() != null || session.moved() != null || session.tokens() == null || !mayPost) {
                return;
            }
            lease.reserve(now, session);
            if (mistake != Mistake.NO_ATTEMPT) {
                Attempt attempt = new Attempt("hash", clock.instant(), "host", actor.number);
                lease.save(now.withSession(session.withAttempt(attempt)), false);
            }
            boolean isLate = lease.turn().hasPassed();
            if (mistake == Mistake.EARLY_UNLOCK) {
                lease.close();
            }
            int response = isLate ? 0 : post(actor, token(session));
            if (response == 0) {
                return;
            }
            if (mistake == Mistake.VERIFY_BEFORE_SAVE) {
                actor.step(Step.READ);
            }
            lease.save(now.withAnswer(session.withTokens(tokens(response), null)), true);
        }
    }

    private void login(Actor actor, BackedStore store) {
        try (Store.Lease lease = store.lock(NAME, Duration.ZERO)) {
            Session blank = Profiles.bareSession(LOGIN);
            Profile now = lease.read().orElseGet(() -> lease.start(blank));
            lease.reserve(now, blank);
            if (lease.turn().hasPassed()) {
                return;
            }
            actor.step(Step.SEND);
            login = LOGIN;
            if (!arrives(actor)) {
                return;
            }
            Session session = session(LOGIN, 100);
            Profile candidate = now.withCandidate(new Candidate(session, null, null, null));
            lease.save(candidate, true);
            lease.save(candidate.settled(session), false);
        }
    }

    /** Spends a token; what comes back is the next one, 0 if none does. */
    private int post(Actor actor, int spent) {
        actor.step(Step.SEND);
        boolean isTaken = !isRevoked && login == null;
        if (isTaken && spent != token && isStrict) {
            isRevoked = true;
            require(isResponseLost, "a spent token was posted while the session could survive");
        }
        if (!isTaken || isRevoked) {
            return 0;
        }
        int next = ++token;
        return arrives(actor) ? next : 0;
    }

    private boolean arrives(Actor actor) {
        boolean arrived = false;
        try {
            arrived = actor.step(Step.RECEIVE) != Fault.LOSE;
            return arrived;
        } finally {
            isResponseLost |= !arrived;
        }
    }

    private void check(List<Actor> actors, List<Operation> operations) {
        for (Actor actor : actors) {
            if (actor.failure != null) {
                violations.add("a process failed: " + actor.failure);
            }
        }
        if (table.regression != null) {
            violations.add(table.regression);
        }
        clock.advance(SLEEP);
        Profile found = null;
        for (int machine : List.of(0, 1, 0)) {
            found = store(machine, null).read(NAME).orElse(null);
        }
        if (done.contains(Operation.REMOVE) && !operations.contains(Operation.LOGIN)) {
            require(found == null, "what was removed came back");
        }
        if (found == null) {
            require(operations.contains(Operation.REMOVE), "the profile is gone");
            return;
        }
        if (done.contains(Operation.LOGOUT)) {
            require(found.session().tokens() == null, "what was logged out came back");
        }
        if (done.contains(Operation.MOVE) && found.session().id().equals(FIRST)) {
            require(found.session().moved() != null, "what was moved is in use here");
        }
        boolean isLogin = found.newestSession().equals(LOGIN);
        if (login != null && !isResponseLost) {
            require(isLogin, "the response of a login is lost");
        } else if (!isLogin && !isRevoked && found.session().tokens() != null && !isResponseLost) {
            // A lenient provider takes any of them.
            require(!isStrict || token(found.session()) == token, "a response is lost");
            require(token == 1 || token(found.session()) > 1, "all responses are lost");
        }
        if (isResponseLost && !isLogin && found.session().tokens() != null && login == null) {
            require(
                    found.session().attempt() != null || token(found.session()) == token,
                    "nothing tells of the response that did not come");
        }
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            violations.add(otherwise);
        }
    }
}
