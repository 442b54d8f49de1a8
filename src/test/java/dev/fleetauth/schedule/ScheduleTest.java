package dev.fleetauth.schedule;

import static dev.fleetauth.schedule.Operation.EXPORT;
import static dev.fleetauth.schedule.Operation.LOGIN;
import static dev.fleetauth.schedule.Operation.LOGOUT;
import static dev.fleetauth.schedule.Operation.MOVE;
import static dev.fleetauth.schedule.Operation.PUBLISH;
import static dev.fleetauth.schedule.Operation.REFRESH;
import static dev.fleetauth.schedule.Operation.REMOVE;
import static dev.fleetauth.schedule.Operation.REVOKE;
import static dev.fleetauth.schedule.Operation.ROTATE;
import static dev.fleetauth.schedule.Operation.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fleetauth.schedule.Explorer.Violation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Concurrent processes on one profile: the real flows and the real store, with backend, disk, provider and clock in
 * memory. Two processes run in every schedule with a limited number of faults, and three in every schedule after random
 * beginnings. A schedule that breaks a promise is printed, and {@code -Dfleetauth.schedule} runs it again.
 */
@Tag("any-jdk")
class ScheduleTest {

    /** The number of random beginnings for each kind of store; {@code src/bench/schedules} uses more. */
    private static final int BEGINNINGS = Integer.getInteger("fleetauth.schedules", 24);

    private static final int MAX_RANDOM_FAULTS = 3;
    private static final long FIRST_SEED = 8252;

    /** The number of beginnings with the same commands. The recorded steps are dropped after them, to free memory. */
    private static final int BATCH = 3;

    /** @param faults the maximum number of faults in a schedule */
    private record Case(boolean isShared, boolean isStrict, int faults, List<Operation> operations) {
        Explorer explorer() {
            return new Explorer(Setting.of(isShared, isStrict, Mistake.NONE), operations, faults);
        }
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean isStrict : new boolean[] {true, false}) {
            cases.add(new Case(true, isStrict, isStrict ? 2 : 1, List.of(REFRESH, REFRESH)));
            cases.add(new Case(false, isStrict, 1, List.of(REFRESH, REFRESH)));
            for (Operation other : List.of(LOGIN, EXPORT, PUBLISH)) {
                cases.add(new Case(true, isStrict, 1, List.of(REFRESH, other)));
            }
            cases.add(new Case(false, isStrict, 0, List.of(REFRESH, LOGIN)));
        }
        for (Operation other : List.of(TOKEN, LOGOUT, REMOVE, REVOKE, MOVE, ROTATE)) {
            cases.add(new Case(true, true, 1, List.of(REFRESH, other)));
        }
        for (Operation other : List.of(LOGOUT, REMOVE, REVOKE, EXPORT, MOVE)) {
            cases.add(new Case(false, true, 0, List.of(REFRESH, other)));
        }
        cases.add(new Case(true, true, 1, List.of(LOGIN, REMOVE)));
        return cases;
    }

    /** Without this test, a command that always failed would go unnoticed: it would break no promise. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void eachCommandSucceedsAlone(boolean isShared, boolean isStrict) {
        Setting setting = Setting.of(isShared, isStrict, Mistake.NONE);
        for (Operation operation : Operation.values()) {
            Steps.Ended ended = Steps.runAlone(setting.program(operation, 0, setting.machine(0)), setting.begin(1));
            assertThat(ended.outcome()).as("%s", operation).matches(Outcome::isDone, "is done");
        }
    }

    @Test
    void noScheduleOfTwoProcessesBreaksAPromise() {
        BigInteger schedules =
                cases().parallelStream().map(each -> each.explorer().all()).reduce(BigInteger.ZERO, BigInteger::add);
        System.out.println("schedules of two processes: " + schedules);
        assertThat(schedules).isGreaterThan(BigInteger.valueOf(1_000_000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noScheduleOfThreeProcessesBreaksAPromise(boolean isShared) {
        // Every build runs the same schedules; src/bench/schedules runs others.
        long seed = Long.getLong("fleetauth.seed", FIRST_SEED);
        System.out.println("ScheduleTest, seed " + seed);
        long start = System.nanoTime();
        Set<String> begun = ConcurrentHashMap.newKeySet();
        BigInteger schedules = IntStream.range(0, (BEGINNINGS + BATCH - 1) / BATCH)
                .parallel()
                .mapToObj(batch -> {
                    Random random = new Random(seed + batch);
                    Explorer explorer = randomCase(isShared, random).explorer();
                    BigInteger count = BigInteger.ZERO;
                    for (int i = Math.min(BATCH, BEGINNINGS - batch * BATCH); i > 0; i--) {
                        count = count.add(explorer.some(random, begun));
                    }
                    return count;
                })
                .reduce(BigInteger.ZERO, BigInteger::add);
        System.out.println("schedules of three processes " + (isShared ? "on a database: " : "on files: ") + schedules
                + ", with beginnings: " + begun.size() + ", in ms: " + (System.nanoTime() - start) / 1_000_000);
        assertThat(schedules).isGreaterThan(BigInteger.valueOf(1_000_000));
    }

    private static Case randomCase(boolean isShared, Random random) {
        Operation[] all = {REFRESH, TOKEN, LOGIN, LOGOUT, REMOVE, REVOKE, EXPORT, MOVE, ROTATE, PUBLISH};
        List<Operation> operations = List.of(REFRESH, all[random.nextInt(all.length)], all[random.nextInt(all.length)]);
        return new Case(isShared, random.nextBoolean(), random.nextInt(MAX_RANDOM_FAULTS + 1), operations);
    }

    /** Tests the explorer, and the schedule that it prints. */
    @ParameterizedTest
    @EnumSource(
            value = Mistake.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void eachDeliberateBugIsFoundAndReplayed(Mistake mistake) {
        Explorer explorer = new Explorer(Setting.of(true, true, mistake), List.of(REFRESH, REFRESH), 1);

        Violation found = catchThrowableOfType(Violation.class, explorer::all);

        assertThat(found).as("%s", mistake).isNotNull();
        assertThat(catchThrowableOfType(Violation.class, () -> Explorer.replay(found.schedule())))
                .hasMessage(found.getMessage());
    }

    @Test
    @EnabledIfSystemProperty(named = "fleetauth.schedule", matches = ".+")
    void theGivenScheduleBreaksNoPromise() {
        Explorer.replay(System.getProperty("fleetauth.schedule"));
    }
}
