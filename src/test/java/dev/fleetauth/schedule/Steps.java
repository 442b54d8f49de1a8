package dev.fleetauth.schedule;

import dev.fleetauth.schedule.Actor.Life;
import dev.fleetauth.schedule.Actor.Point;
import dev.fleetauth.schedule.Actor.Request;
import dev.fleetauth.schedule.Actor.Result;
import dev.fleetauth.schedule.Step.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps that are possible in a state, and the states that they lead to. */
final class Steps {

    /** The time that a pause takes, in seconds: longer than a turn, and than an access token's lifetime. */
    private static final long PAUSE = 26;

    private final Setting setting;
    private final List<Operation> operations;
    private final List<Life> lives = new ArrayList<>();

    /** Interned worlds, since many states have equal ones. */
    private final Map<World, World> worlds = new HashMap<>();

    /**
     * One step of a schedule.
     *
     * @param process the number of the process that makes a step; -1 if time passes instead
     */
    record Move(int process, Fault fault) {
        static final Move PAUSE = new Move(-1, Fault.NONE);

        @Override
        public String toString() {
            return process < 0 ? "t" : process + fault.sign;
        }
    }

    /**
     * The state of all processes and the world.
     *
     * @param points the point of each process; null for one that was killed
     * @param faults the number of faults that may still happen
     */
    record State(List<@Nullable Point> points, World world, int faults) {
        @Nullable
        Request request(int process) {
            Point point = points.get(process);
            return point == null ? null : point.request();
        }

        /** The number of processes that have not ended. */
        long running() {
            return points.stream()
                    .filter(point -> point != null && point.request() != null)
                    .count();
        }
    }

    /** The steps of processes that run these commands. */
    Steps(Setting setting, List<Operation> operations) {
        this.setting = setting;
        this.operations = operations;
    }

    /** The outcome of a process, and the world after it. */
    record Ended(Outcome outcome, World world) {}

    /** Runs a process alone, from its start to its end. */
    static Ended runAlone(Program program, World before) {
        Life life = new Life(program);
        World world = before;
        Point point = life.start(world);
        for (Request request = point.request(); request != null; request = point.request()) {
            Result result = request.in(world, Fault.NONE);
            if (request.isWaiting() && result.value() == null) {
                world = later(world);
            } else {
                world = result.world();
                point = life.after(point, result);
            }
        }
        return new Ended(Objects.requireNonNull(point.outcome()), world);
    }

    /** The state before the first step. */
    State start(int faults) {
        World world = setting.begin(operations.size());
        List<@Nullable Point> points = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Life life = new Life(setting.program(operations.get(i), i, setting.machine(i)));
            lives.add(life);
            points.add(life.start(world));
        }
        return new State(points, world, faults);
    }

    /** The possible next steps; none if all processes have ended. */
    List<Move> after(State state) {
        List<Move> moves = new ArrayList<>();
        boolean isAnyAlive = false;
        for (int i = 0; i < operations.size(); i++) {
            Request request = state.request(i);
            if (request != null) {
                isAnyAlive = true;
                if (isLocal(state, i, request)) {
                    // The other processes do not notice when this happens, so only one order is explored.
                    moves.clear();
                    add(state, i, request, moves);
                    if (request.step() == Step.TIME && state.faults() > 0) {
                        moves.add(Move.PAUSE);
                    }
                    return moves;
                }
                add(state, i, request, moves);
            }
        }
        if (isAnyAlive && (state.faults() > 0 || moves.isEmpty())) {
            moves.add(Move.PAUSE);
        }
        return moves;
    }

    private boolean isLocal(State state, int process, Request request) {
        if (request.step() == Step.TIME) {
            return true;
        }
        for (int i = 0; i < operations.size(); i++) {
            boolean isSameMachine = setting.machine(i).equals(setting.machine(process));
            if (i != process
                    && state.request(i) != null
                    && (!request.scope().equals(setting.machine(process)) || isSameMachine)) {
                return false;
            }
        }
        // The provider and the database use the time, so their steps have an order even for a single process.
        return request.scope().equals(setting.machine(process));
    }

    private static void add(State state, int process, Request request, List<Move> moves) {
        if (request.isWaiting() && request.in(state.world(), Fault.NONE).value() == null) {
            return;
        }
        moves.add(new Move(process, Fault.NONE));
        if (state.faults() > 0) {
            for (Fault fault : request.step().faults()) {
                moves.add(new Move(process, fault));
            }
        }
    }

    /** The state after a step. */
    State next(State state, Move move) {
        int faults = state.faults();
        if (move.process() < 0) {
            return new State(state.points(), intern(later(state.world())), Math.max(0, faults - 1));
        }
        int i = move.process();
        List<@Nullable Point> points = new ArrayList<>(state.points());
        World world;
        if (move.fault() == Fault.CRASH) {
            world = ended(state.world(), i, true);
            points.set(i, null);
        } else {
            Request request = Objects.requireNonNull(state.request(i));
            Result result = request.in(state.world(), move.fault());
            Point point =
                    lives.get(i).after(Objects.requireNonNull(state.points().get(i)), result);
            points.set(i, point);
            world = point.outcome() == null ? result.world() : ended(result.world(), i, false);
        }
        return new State(points, intern(world), move.fault() == Fault.NONE ? faults : faults - 1);
    }

    /** Whether a process sends a request while it has a response that is not saved anywhere. */
    boolean losesResponse(State state, Move move) {
        Request request = move.process() < 0 ? null : state.request(move.process());
        if (request == null || request.step() != Step.SEND) {
            return false;
        }
        // A response that is published was saved before, but another command may have removed it since.
        boolean mayBeRemoved =
                request.scope().equals(Machine.SINK) && operations.stream().anyMatch(Checks.REMOVING::contains);
        return !mayBeRemoved && unsaved(state.world(), move.process()) != null;
    }

    private World intern(World world) {
        World known = worlds.putIfAbsent(world, world);
        return known == null ? world : known;
    }

    static World later(World world) {
        World.Draft draft = new World.Draft(world);
        draft.put(World.TIME, world.time() + PAUSE);
        return draft.finish();
    }

    /** The world without a process, whose locks are released. */
    private World ended(World world, int process, boolean isKilled) {
        World.Draft draft = new World.Draft(world);
        String unsaved = unsaved(world, process);
        if (unsaved != null) {
            String grant = unsaved.substring(0, unsaved.indexOf('.'));
            draft.put((isKilled ? MemoryProvider.LOST : Checks.DROPPED) + grant, unsaved);
        }
        draft.remove(MemoryProvider.RECEIVED + process);
        for (String cell : world.names("lock ")) {
            if (Integer.valueOf(process).equals(world.get(cell))) {
                draft.remove(cell);
            }
        }
        return draft.finish();
    }

    /** The response that only a process has; null if it, or another with which the session can continue, is saved. */
    private @Nullable String unsaved(World world, int process) {
        if (!(world.get(MemoryProvider.RECEIVED + process) instanceof String token)) {
            return null;
        }
        World.Draft draft = new World.Draft(world);
        draft.remove(MemoryProvider.RECEIVED + process);
        String name = token.substring(0, token.indexOf('.'));
        int number = Integer.parseInt(token.substring(name.length() + 1));
        var grant = (MemoryProvider.Grant) Objects.requireNonNull(world.get(MemoryProvider.GRANTS + name));
        for (int other = 1; other <= grant.newest(); other++) {
            boolean isLater = other >= number || (!setting.isStrict() && grant.accepts(other, false, world.time()));
            if (isLater && setting.tokens().has(draft, name, other)) {
                return null;
            }
        }
        return grant.isEnded() ? null : token;
    }
}
