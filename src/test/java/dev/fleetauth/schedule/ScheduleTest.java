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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What processes may do to a profile at once: the real flows over the real store, with backend, disk, provider and clock in
 * memory. Every schedule of two processes with so many faults, and some of three by a seed. A schedule that breaks a promise
 * prints itself, and {@code -Dfleetauth.schedule} runs it again.
 */
@Tag("any-jdk")
class ScheduleTest {

    /** How many schedules of three processes are run; {@code src/bench/schedules} runs more. */
    private static final int RANDOM = Integer.getInteger("fleetauth.schedules", 4_000);

    private static final int MAX_RANDOM_FAULTS = 3;
    private static final long FIRST_SEED = 8252;

    /** The number of schedules with the same commands. Then the recorded results are dropped, to free memory. */
    private static final int BATCH = 500;

    /** @param faults how many may happen in one schedule */
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
            for (Operation other : List.of(EXPORT, PUBLISH)) {
                cases.add(new Case(true, isStrict, 1, List.of(REFRESH, other)));
            }
        }
        for (Operation other : List.of(TOKEN, LOGIN, LOGOUT, REMOVE, REVOKE, MOVE, ROTATE)) {
            cases.add(new Case(true, true, 1, List.of(REFRESH, other)));
        }
        for (Operation other : List.of(LOGIN, LOGOUT, REMOVE, REVOKE, EXPORT, MOVE)) {
            cases.add(new Case(false, true, 0, List.of(REFRESH, other)));
        }
        cases.add(new Case(true, true, 1, List.of(LOGIN, REMOVE)));
        return cases;
    }

    @Test
    void noScheduleOfTwoProcessesBreaksAPromise() {
        BigInteger schedules =
                cases().parallelStream().map(each -> each.explorer().all()).reduce(BigInteger.ZERO, BigInteger::add);
        System.out.println("schedules of two processes: " + schedules);
        assertThat(schedules).isGreaterThan(BigInteger.valueOf(1_000_000));
    }

    @Test
    void noScheduleOfThreeProcessesBreaksAPromise() {
        // The same schedules in every build; src/bench/schedules draws others.
        long seed = Long.getLong("fleetauth.seed", FIRST_SEED);
        System.out.println("ScheduleTest, seed " + seed);
        long start = System.nanoTime();
        IntStream.range(0, (RANDOM + BATCH - 1) / BATCH).parallel().forEach(batch -> {
            Random random = new Random(seed + batch);
            Operation[] all = {REFRESH, TOKEN, LOGIN, LOGOUT, REMOVE, REVOKE, EXPORT, MOVE, ROTATE, PUBLISH};
            List<Operation> operations =
                    List.of(REFRESH, all[random.nextInt(all.length)], all[random.nextInt(all.length)]);
            boolean isShared = random.nextInt(3) > 0;
            // The lenient provider is Tesla, where a login needs a browser, for which it would really wait.
            boolean isStrict = random.nextBoolean() || operations.contains(LOGIN);
            Case each = new Case(isShared, isStrict, MAX_RANDOM_FAULTS, operations);
            Explorer explorer = each.explorer();
            for (int i = Math.min(BATCH, RANDOM - batch * BATCH); i > 0; i--) {
                explorer.one(random);
            }
        });
        System.out.println(RANDOM + " schedules of three processes, in ms: " + (System.nanoTime() - start) / 1_000_000);
    }

    /** The explorer is itself worth a check, and so is the line that it prints. */
    @ParameterizedTest
    @EnumSource(
            value = Mistake.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE"})
    void eachMistakeIsFoundAndItsScheduleFindsItAgain(Mistake mistake) {
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
