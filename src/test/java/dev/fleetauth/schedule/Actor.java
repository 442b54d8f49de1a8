package dev.fleetauth.schedule;

import dev.fleetauth.schedule.Step.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program, which replays the results of the steps that its process has made, and then continues alone
 * until it ends or has to wait. So a process can be continued from any point of its life with any result, without a
 * thread that waits there. The next steps are recorded ({@link Point}), so each point is reached only once for all
 * schedules.
 */
final class Actor {

    /** The result of a step that failed. */
    static final String FAILED = "failed";

    /** Ends a run. Further steps, made in {@code finally} blocks, throw it again. */
    private static final class Stop extends Error {
        private static final long serialVersionUID = 1;

        private Stop() {
            super(null, null, false, false);
        }
    }

    /** Changes the world, and returns all that the process learns from it. */
    interface Effect extends Function<World.Draft, @Nullable Object> {}

    /**
     * A step that a process is about to make.
     *
     * @param scope what it uses, such as a machine: steps with different scopes do not affect each other
     * @param isWaiting whether it has failed before, so that it is possible only once its result is not null
     */
    record Request(Step step, String scope, String what, Effect effect, boolean isWaiting) {

        /** Makes the step in a world. The value is null if another process holds what this one wants. */
        Result in(World world, Fault fault) {
            World.Draft draft = new World.Draft(world);
            draft.isResponseLost = fault == Fault.UNKNOWN;
            Object result = fault == Fault.FAIL ? FAILED : effect.apply(draft);
            return new Result(draft.finish(), fault == Fault.NONE ? result : FAILED);
        }
    }

    /** The world after a step, and the value that the step returned. */
    record Result(World world, @Nullable Object value) {}

    /** A point in the life of a process: all results that it has received so far. */
    static final class Point {
        private final @Nullable Point before;
        private final @Nullable Object result;
        private final Map<@Nullable Object, Point> next = new HashMap<>(2);
        private @Nullable Request request;
        private @Nullable Outcome outcome;

        private Point(@Nullable Point before, @Nullable Object result) {
            this.before = before;
            this.result = result;
        }

        /** The step that comes next; null if the process has ended. */
        @Nullable
        Request request() {
            return request;
        }

        /** The outcome of the process; null if it has not ended. */
        @Nullable
        Outcome outcome() {
            return outcome;
        }

        private boolean isKnown() {
            return request != null || outcome != null;
        }

        private Point after(@Nullable Object value) {
            return next.computeIfAbsent(value, unused -> new Point(this, value));
        }

        private List<@Nullable Object> results() {
            List<@Nullable Object> results = new ArrayList<>();
            for (Point point = this; point.before != null; point = point.before) {
                results.add(point.result);
            }
            Collections.reverse(results);
            return results;
        }
    }

    /** The life of a process with all of its branches, as far as it is known. */
    static final class Life {
        private final Program program;
        private final Point start = new Point(null, null);

        Life(Program program) {
            this.program = program;
        }

        /** The point before the first step, in a world. */
        Point start(World world) {
            return known(start, world);
        }

        /** The point after a step with this result. */
        Point after(Point point, Result result) {
            return known(point.after(result.value()), result.world());
        }

        /** Learns the next step of a process, and those after it as long as it runs alone. */
        private Point known(Point point, World world) {
            if (!point.isKnown()) {
                Actor process = new Actor(point, world);
                try {
                    Outcome outcome = program.run(process);
                    process.require(process.position == process.results.size(), "it ended early");
                    process.at.outcome = outcome;
                } catch (Stop e) {
                    // It waits for another process.
                }
                process.require(point.isKnown(), "it stopped early");
            }
            return point;
        }
    }

    private final List<@Nullable Object> results;
    private int position;
    private Point at;
    private World world;
    private boolean isStopped;

    /** Whether the last step failed because another process holds something, and is tried again. */
    private boolean isWaiting;

    private Actor(Point point, World world) {
        this.results = point.results();
        this.at = point;
        this.world = world;
    }

    /** Makes a step. */
    @Nullable
    Object step(Step step, String scope, String what, Effect effect) {
        if (isStopped) {
            throw new Stop();
        }
        boolean waits = isWaiting && step == Step.HOLD;
        Object value;
        if (position < results.size()) {
            value = results.get(position++);
        } else {
            Request known = at.request;
            require(known == null || known.what().equals(what), "it made a different step than before: " + what);
            Request request = known == null ? new Request(step, scope, what, effect, waits) : known;
            at.request = request;
            Result result = request.in(world, Fault.NONE);
            if (waits && result.value() == null) {
                isStopped = true;
                throw new Stop();
            }
            world = result.world();
            value = result.value();
            at = at.after(value);
        }
        if (step == Step.HOLD) {
            isWaiting = value == null;
        }
        return value;
    }

    /** Makes a step whose value is never null. */
    Object stepFor(Step step, String scope, String what, Effect effect) {
        return Objects.requireNonNull(step(step, scope, what, effect));
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException("a process depends on more than its steps: " + otherwise);
        }
    }
}
