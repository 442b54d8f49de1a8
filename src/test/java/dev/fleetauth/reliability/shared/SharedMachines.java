package dev.fleetauth.reliability.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.flow.Stores;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.reliability.Waiting;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.database.Postgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;

/**
 * Machines that share a profile in a database, which fails at a random moment of their refreshes. A machine is a home
 * of its own; its commands run in this JVM. After each round, every machine runs another command, and then the provider
 * must accept the stored refresh token.
 */
final class SharedMachines implements AutoCloseable {

    /** The role that the machines use. */
    static final String ROLE = "fleet";

    private static final int MACHINES = 3;
    private static final ProfileName CAR = ProfileName.DEFAULT;
    /** Usually shorter than an incident: a response that cannot be written meanwhile must be kept. */
    private static final Limits SHORT_TIMEOUTS = new Limits(Duration.ofMillis(600), Duration.ofSeconds(20));

    /** The name of the threads that commands run in. */
    private static final String MACHINE = "machine";

    /** Something that happens to a database, and passes. */
    interface Incident {

        void begin();

        void end();
    }

    private final boolean strict;
    private final Random random;
    private final String address;
    private final TestShell shell;
    private final Sandbox sandbox;
    private final String redirectUri;
    private final List<String> homes = new ArrayList<>();
    private final Map<String, Integer> tally = new TreeMap<>();

    /**
     * @param address the address of an empty database, for its owner
     * @param shared the address that the machines use: the same database, as {@link #ROLE}
     */
    SharedMachines(Path folder, boolean strict, Random random, String address, String shared) throws IOException {
        this.strict = strict;
        this.random = random;
        Postgres.execute(
                address,
                "DO $$ BEGIN CREATE ROLE " + ROLE + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        this.address = address;
        this.shell = new TestShell(folder);
        this.redirectUri = strict ? "http://127.0.0.1/callback" : "http://localhost:" + FreePort.next() + "/callback";
        SandboxOptions options = strict ? SandboxOptions.STRICT : SandboxOptions.TESLA;
        this.sandbox = Sandbox.start(
                options.withRedirectUris(redirectUri).withFirstKey(SigningKey.SHARED), shell.clock(), shell.random());
        shell.watch(sandbox)
                .variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
        shell.variable("FLEETAUTH_STORE", address).limits(SHORT_TIMEOUTS);
        shell.run("store", "init").exits(0);
        Postgres.execute(address, "GRANT SELECT, INSERT, UPDATE ON fleetauth TO " + ROLE);
        for (int i = 0; i < MACHINES; i++) {
            homes.add(Files.createDirectory(folder.resolve("machine" + i)).toString());
        }
        login();
        shell.browser(TestShell.NO_BROWSER);
        shell.variable("FLEETAUTH_STORE", shared);
    }

    private void login() {
        shell.browser(Agent.allowing());
        List<String> words = new ArrayList<>(List.of(
                "login", "--issuer", sandbox.base().toString(), "--client-id", sandbox.clientId(), "--replace"));
        if (!strict) {
            words.addAll(List.of("--type", "third-party", "--redirect-uri", redirectUri));
        }
        shell.run(words.toArray(String[]::new)).exits(0);
    }

    /**
     * Runs one round, and asserts its result.
     *
     * @param what the incident's name
     * @param outage how long the incident lasts
     */
    void round(int number, String what, Incident incident, Duration outage) throws Exception {
        shell.clock().advance(Duration.ofHours(9));
        long before = profile().generation();
        sandbox.enqueue(Fault.slow(Duration.ofMillis(random.nextInt(800))));
        List<FutureTask<Result>> commands = new ArrayList<>();
        for (String home : homes) {
            commands.add(start(home, "token", "--no-input"));
        }
        Thread.sleep(random.nextInt(1_000));
        incident.begin();
        Thread.sleep(outage.toMillis());
        incident.end();
        while (!commands.stream().allMatch(FutureTask::isDone)) {
            endAbandonedTurn();
            Thread.sleep(50);
        }
        StringBuilder first = new StringBuilder();
        for (FutureTask<Result> command : commands) {
            first.append(command.get().exitCode())
                    .append(' ')
                    .append(command.get().err());
        }
        for (FutureTask<Result> command : commands) {
            Result result = command.get();
            assertThat(result.exitCode())
                    .as("round %s, %s: %s", number, what, first)
                    .isIn(0, 6, 7);
            count(what + " exit " + result.exitCode());
            if (result.err().contains("its response is kept in")) {
                count(what + " response kept");
            }
        }
        // Every command has ended, so no request is under way, and no turn need be waited for.
        Postgres.execute(address, "UPDATE fleetauth SET changed = now() - interval '1 minute'");
        StringBuilder messages = new StringBuilder();
        for (String home : homes) {
            Result next = start(home, "token", "--no-input").get();
            messages.append(next.err());
        }
        checkResult(what, "round " + number + ", " + what + ": " + messages, before);
    }

    /**
     * Expires a turn that no command holds, by backdating its row. If the row was read before all running commands were
     * seen waiting, none of them holds the turn in that version of the row; a new turn would have changed the version.
     */
    private void endAbandonedTurn() {
        String version = Postgres.text(
                address, "SELECT max(version) FROM fleetauth WHERE name = 'profile/default' AND turn <> ''");
        if (version != null && Waiting.areAllWaiting(MACHINE)) {
            Postgres.execute(
                    address,
                    "UPDATE fleetauth SET changed = now() - interval '1 minute' WHERE name = 'profile/default'"
                            + " AND version = " + version);
        }
    }

    private void checkResult(String what, String round, long before) throws Exception {
        Result first = start(homes.get(0), "token", "--no-input").get();
        if (strict && first.exitCode() == 6) {
            // An open attempt whose response no machine kept: the user must decide.
            assertThat(first.err()).as(round).contains("--take-over");
            count(what + " take-over");
            start(homes.get(0), "refresh", "--no-input", "--take-over").get().exits(0);
        }
        Profile profile = profile();
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        for (String home : homes) {
            Result last = start(home, "token", "--no-input").get();
            assertThat(last.exitCode()).as("%s%s", round, last.err()).isZero();
            assertThat(last.line()).as(round).isEqualTo(tokens.accessToken().reveal());
        }
        assertThat(profile.generation()).as(round).isGreaterThan(before);
        assertThat(sandbox.isActive(Objects.requireNonNull(tokens.refreshToken())))
                .as("the refresh token is accepted: %s", round)
                .isTrue();
        count(what + " rounds");
        if (strict) {
            assertThat(profile.generation())
                    .as("exactly one response: %s", round)
                    .isEqualTo(before + 1);
            assertThat(sandbox.replays())
                    .as("no spent token was posted: %s", round)
                    .isEmpty();
        }
    }

    private FutureTask<Result> start(String home, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment =
                shell.environmentWith(Map.of("FLEETAUTH_HOME", home), InputStream.nullInputStream(), out, err);
        var task = new FutureTask<>(() -> {
            int exitCode = Cli.run(environment, args);
            return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        });
        Thread thread = new Thread(task, MACHINE);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private Profile profile() {
        var nowhere = new ByteArrayOutputStream();
        var environment = shell.environment(InputStream.nullInputStream(), nowhere, nowhere);
        return Stores.at(environment, "--store", address, Path.of(homes.get(0), "judge"), true, warning -> {})
                .read(CAR)
                .orElseThrow();
    }

    private void count(String what) {
        tally.merge(what, 1, Integer::sum);
    }

    /** What happened, and how often. */
    Map<String, Integer> tally() {
        return tally;
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
    }
}
