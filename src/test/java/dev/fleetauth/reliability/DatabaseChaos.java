package dev.fleetauth.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.flow.Stores;
import dev.fleetauth.host.Limits;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Postgres;
import dev.fleetauth.testing.SigningKey;
import dev.fleetauth.testing.TcpProxy;
import dev.fleetauth.testing.TcpProxy.Weather;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
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
 * Machines that share a profile, and a database that is killed, read-only, full, slow or cut off at a random moment of their
 * refreshes. A machine is a home of its own; its commands run in this JVM. After each round every machine is asked once more,
 * as its next command would, and then the refresh token that is stored must be one that the provider takes.
 */
final class DatabaseChaos implements AutoCloseable {

    private static final int MACHINES = 3;
    private static final ProfileName CAR = ProfileName.DEFAULT;
    /** Less than a trouble takes, as a rule: what cannot be written then has to be kept. */
    private static final Limits SHORT = new Limits(Duration.ofMillis(600), Duration.ofSeconds(20));

    private static final String ROLE = "fleet";

    /** The name of the threads that commands run in. */
    private static final String MACHINE = "machine";

    /** What happens to the database. */
    enum Trouble {
        NONE,
        KILLED,
        DISCONNECTED,
        READ_ONLY,
        FULL,
        SLOW,
        PARTITIONED,
        CUT
    }

    private final boolean strict;
    private final Random random;
    private final String address;
    private final TcpProxy proxy;
    private final TestShell shell;
    private final Sandbox sandbox;
    private final String redirectUri;
    private final List<String> homes = new ArrayList<>();
    private final Map<String, Integer> tally = new TreeMap<>();

    DatabaseChaos(Path folder, boolean strict, long seed) throws IOException {
        this.strict = strict;
        this.random = new Random(seed);
        String direct = Postgres.database();
        Postgres.execute(
                direct,
                "DO $$ BEGIN CREATE ROLE " + ROLE + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        this.address = direct;
        this.proxy = new TcpProxy(Postgres.port());
        this.shell = new TestShell(folder);
        this.redirectUri = strict ? "http://127.0.0.1/callback" : "http://localhost:" + FreePort.next() + "/callback";
        SandboxOptions options = strict ? SandboxOptions.STRICT : SandboxOptions.TESLA;
        this.sandbox = Sandbox.start(
                options.withRedirectUris(redirectUri).withFirstKey(SigningKey.OF_ALL), shell.clock(), shell.random());
        shell.watch(sandbox)
                .variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
        shell.variable("FLEETAUTH_STORE", direct).limits(SHORT);
        shell.run("store", "init").exits(0);
        Postgres.execute(direct, "GRANT SELECT, INSERT, UPDATE ON fleetauth TO " + ROLE);
        for (int i = 0; i < MACHINES; i++) {
            homes.add(Files.createDirectory(folder.resolve("machine" + i)).toString());
        }
        login();
        shell.browser(TestShell.NO_BROWSER);
        shell.variable(
                "FLEETAUTH_STORE",
                direct.replace("postgres@", ROLE + "@").replaceFirst(":\\d+/", ":" + proxy.port() + "/"));
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

    /** One round; what is wrong fails an assertion. */
    void round(int number) throws Exception {
        Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
        shell.clock().advance(Duration.ofHours(9));
        long before = profile().generation();
        sandbox.enqueue(Fault.slow(Duration.ofMillis(random.nextInt(800))));
        List<FutureTask<Result>> commands = new ArrayList<>();
        for (String home : homes) {
            commands.add(start(home, "token", "--no-input"));
        }
        Thread.sleep(random.nextInt(600));
        begin(trouble);
        Thread.sleep(500 + random.nextInt(1_500));
        end(trouble);
        while (!commands.stream().allMatch(FutureTask::isDone)) {
            endTurnOfNobody();
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
                    .as("round %s, %s: %s", number, trouble, first)
                    .isIn(0, 6, 7);
            count(trouble + " exit " + result.exitCode());
            if (result.err().contains("its answer is kept in")) {
                count(trouble + " answer kept");
            }
        }
        // Every command has ended: none of them has anything on its way any more, and nobody need be waited for.
        Postgres.execute(address, "UPDATE fleetauth SET changed = now() - interval '1 minute'");
        StringBuilder said = new StringBuilder();
        for (String home : homes) {
            Result next = start(home, "token", "--no-input").get();
            said.append(next.err());
        }
        settle(number, trouble, said.toString(), before);
    }

    /**
     * Lets the time of a turn pass that nobody has any more, by the database's clock. That is so if it was there before all
     * commands that go on were seen to wait for one; whoever begins another makes the row's version another.
     */
    private void endTurnOfNobody() {
        String version = Postgres.text(
                address, "SELECT max(version) FROM fleetauth WHERE name = 'profile/default' AND turn <> ''");
        if (version != null && Waiting.doAll(MACHINE)) {
            Postgres.execute(
                    address,
                    "UPDATE fleetauth SET changed = now() - interval '1 minute' WHERE name = 'profile/default'"
                            + " AND version = " + version);
        }
    }

    private void settle(int number, Trouble trouble, String said, long before) throws Exception {
        String what = "round " + number + ", " + trouble + ": " + said;
        Result last = start(homes.get(0), "token", "--no-input").get();
        if (strict && last.exitCode() == 6) {
            // An attempt that nobody ended, and whose answer nobody has kept: a person has to say so.
            assertThat(last.err()).as(what).contains("--take-over");
            count(trouble + " take-over");
            last = start(homes.get(0), "refresh", "--no-input", "--take-over", "--format", "raw")
                    .get();
        }
        assertThat(last.exitCode()).as("%s%s", what, last.err()).isZero();
        Profile profile = profile();
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        assertThat(profile.generation()).as(what).isGreaterThan(before);
        assertThat(sandbox.isActive(Objects.requireNonNull(tokens.refreshToken())))
                .as("the refresh token is taken: %s", what)
                .isTrue();
        assertThat(last.line()).as(what).isEqualTo(tokens.accessToken().reveal());
        count(trouble + " rounds");
        if (strict) {
            assertThat(profile.generation())
                    .as("one answer, and no more: " + what)
                    .isEqualTo(before + 1);
        }
    }

    private void begin(Trouble trouble) {
        switch (trouble) {
            case KILLED -> Postgres.crash();
            case DISCONNECTED ->
                Postgres.execute(
                        address,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + ROLE + "'");
            case READ_ONLY ->
                Postgres.execute(address, "ALTER ROLE " + ROLE + " SET default_transaction_read_only = on");
            case FULL -> Postgres.execute(address, "ALTER ROLE " + ROLE + " CONNECTION LIMIT 0");
            case SLOW -> proxy.weather(Weather.SLOW);
            case PARTITIONED -> proxy.weather(Weather.PARTITIONED);
            case CUT -> proxy.weather(Weather.CUT);
            case NONE -> {}
        }
    }

    private void end(Trouble trouble) {
        switch (trouble) {
            case READ_ONLY -> Postgres.execute(address, "ALTER ROLE " + ROLE + " RESET default_transaction_read_only");
            case FULL -> Postgres.execute(address, "ALTER ROLE " + ROLE + " CONNECTION LIMIT -1");
            case KILLED -> Postgres.awaitUp();
            default -> proxy.weather(Weather.FINE);
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
        proxy.close();
        sandbox.close();
    }
}
