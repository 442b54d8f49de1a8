package dev.fleetauth.schedule;

import dev.fleetauth.schedule.Actor.Point;
import dev.fleetauth.schedule.Step.Fault;
import dev.fleetauth.schedule.Steps.Move;
import dev.fleetauth.schedule.Steps.State;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes step by step. A schedule is the order of their steps and their faults. The explorer runs all schedules
 * with a limited number of faults, all schedules after a random beginning, or one recorded schedule.
 */
final class Explorer {

    /** The steps of three processes on a database after which all continuations can be explored in a second. */
    private static final int MIN_BEGINNING = 60;

    private final Setting setting;
    private final List<Operation> operations;
    private final Steps steps;
    private final Checks checks;
    private final State start;

    /** The number of schedules from each explored state. */
    private final Map<State, BigInteger> explored = new HashMap<>();

    private final List<Move> path = new ArrayList<>();

    /** A broken promise, and the schedule that breaks it. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String schedule;

        private Violation(String what, String schedule) {
            super(what + "\n-Dfleetauth.schedule=\"" + schedule + "\"");
            this.schedule = schedule;
        }

        String schedule() {
            return schedule;
        }
    }

    /** @param faults the maximum number of faults in a schedule */
    Explorer(Setting setting, List<Operation> operations, int faults) {
        this.setting = setting;
        this.operations = operations;
        this.checks = new Checks(setting, operations);
        this.steps = new Steps(setting, operations);
        this.start = steps.start(faults);
    }

    /**
     * Explores all schedules.
     *
     * @return their number
     * @throws Violation for the first that breaks a promise
     */
    BigInteger all() {
        return all(start);
    }

    private BigInteger all(State state) {
        List<Move> moves = steps.after(state);
        if (moves.isEmpty()) {
            check(state);
            return BigInteger.ONE;
        }
        boolean branches = moves.size() > 1;
        BigInteger known = branches ? explored.get(state) : null;
        if (known != null) {
            return known;
        }
        BigInteger count = BigInteger.ZERO;
        for (Move move : moves) {
            path.add(move);
            count = count.add(all(next(state, move)));
            path.remove(path.size() - 1);
        }
        if (branches) {
            explored.put(state, count);
        }
        return count;
    }

    /**
     * Makes random steps, mostly with the process that made the last one, and explores all schedules after them.
     *
     * @param begun the beginnings that were explored before; this one is added
     * @return the number of schedules; 0 if this beginning was explored before
     * @throws Violation for the first that breaks a promise
     */
    BigInteger some(Random random, Set<String> begun) {
        path.clear();
        State state = start;
        Move last = null;
        List<Move> moves = steps.after(state);
        while (!moves.isEmpty() && !hasFewContinuations(state)) {
            Move move = chosen(moves, last, random);
            path.add(move);
            state = next(state, move);
            last = move;
            moves = steps.after(state);
        }
        return begun.add(written()) ? all(state) : BigInteger.ZERO;
    }

    /**
     * Whether no more faults can happen, and there are few enough continuations to explore all. With files, where every
     * file operation is a step, this is the case only once a process has ended. The result depends only on the
     * beginning, so that no beginning is a part of another.
     */
    private boolean hasFewContinuations(State state) {
        return state.faults() == 0
                && (state.running() < operations.size() || (setting.isShared() && path.size() >= MIN_BEGINNING));
    }

    private static Move chosen(List<Move> moves, @Nullable Move last, Random random) {
        boolean isFault = random.nextInt(16) == 0;
        if (!isFault && last != null && random.nextInt(4) != 0) {
            Move same = new Move(last.process(), Fault.NONE);
            if (moves.contains(same)) {
                return same;
            }
        }
        List<Move> likely = new ArrayList<>();
        for (Move move : moves) {
            if (isFault == (move.process() < 0 || move.fault() != Fault.NONE)) {
                likely.add(move);
            }
        }
        List<Move> from = likely.isEmpty() ? moves : likely;
        return from.get(random.nextInt(from.size()));
    }

    /**
     * Runs a recorded schedule.
     *
     * @throws Violation if it breaks a promise
     */
    void replay(List<String> words) {
        path.clear();
        State state = start;
        for (String word : words) {
            int times = word.indexOf('*');
            String move = times < 0 ? word : word.substring(0, times);
            for (int i = times < 0 ? 1 : Integer.parseInt(word.substring(times + 1)); i > 0; i--) {
                Move next = steps.after(state).stream()
                        .filter(each -> each.toString().equals(move))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no step " + move + " after " + path));
                path.add(next);
                state = next(state, next);
            }
        }
        check(state);
    }

    /** Runs a recorded schedule, which begins with the setting, the commands and the number of faults. */
    static void replay(String schedule) {
        String[] parts = schedule.split(" : ", 2);
        List<String> words = List.of(parts[0].split(" "));
        int plus = words.size() - 2;
        List<Operation> operations = new ArrayList<>();
        for (String name : words.get(plus).split("\\+", -1)) {
            operations.add(Operation.valueOf(name));
        }
        Setting setting = Objects.requireNonNull(Setting.parse(words.subList(0, plus)));
        new Explorer(setting, operations, Integer.parseInt(words.get(plus + 1))).replay(List.of(parts[1].split(" ")));
    }

    private String written() {
        StringBuilder line = new StringBuilder(setting.words()).append(' ');
        line.append(String.join("+", operations.stream().map(Enum::name).toList()));
        line.append(' ').append(start.faults()).append(" :");
        for (int i = 0, next; i < path.size(); i = next) {
            next = i + 1;
            while (next < path.size() && path.get(next).equals(path.get(i))) {
                next++;
            }
            line.append(' ').append(path.get(i)).append(next - i > 1 ? "*" + (next - i) : "");
        }
        return line.toString();
    }

    private State next(State state, Move move) {
        if (steps.losesResponse(state, move)) {
            throw new Violation("a response is not saved before the next request", written());
        }
        return steps.next(state, move);
    }

    private void check(State state) {
        List<@Nullable Outcome> outcomes = new ArrayList<>();
        for (Point point : state.points()) {
            outcomes.add(point == null ? null : point.outcome());
        }
        String violation = checks.violation(state.world(), outcomes);
        if (violation != null) {
            throw new Violation(violation + " " + outcomes, written());
        }
    }
}
