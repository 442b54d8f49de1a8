package dev.fleetauth.store;

import dev.fleetauth.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes one step at a time, in an order and with faults that a schedule decides. All schedules within bounds are
 * enumerated: so many switches to another process while the first could go on, and so many faults.
 */
final class Scheduler implements AutoCloseable {

    /** What a process is about to do. */
    enum Step {
        READ(Fault.CRASH, Fault.SLEEP),
        WRITE(Fault.CRASH, Fault.SLEEP, Fault.FAIL, Fault.UNKNOWN),
        SEND(Fault.CRASH, Fault.SLEEP),
        RECEIVE(Fault.CRASH, Fault.LOSE);

        @SuppressWarnings("ImmutableEnumChecker") // List.of.
        private final List<Fault> faults;

        Step(Fault... faults) {
            this.faults = List.of(faults);
        }
    }

    /** What may go wrong with a step. */
    enum Fault {
        NONE,
        /** The process is killed before the step. */
        CRASH,
        /** The process is stopped before the step, for longer than its turn. */
        SLEEP,
        /** The write is not done. */
        FAIL,
        /** The write is done, and nobody learns that. */
        UNKNOWN,
        /** The response does not arrive. */
        LOSE
    }

    /** The end of a process that was killed. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        private Killed() {
            super(null, null, false, false);
        }
    }

    /** One process. */
    final class Actor {
        final int number;
        private final Semaphore turn = new Semaphore(0);
        private @Nullable Step pending;
        private Fault fault = Fault.NONE;
        private boolean isDone;
        private boolean isDead;

        @Nullable
        Throwable failure;

        private Actor(int number) {
            this.number = number;
        }

        /** Waits until the schedule lets this process take a step; what comes back goes wrong with it. */
        Fault step(Step step) {
            if (isDead) {
                throw new Killed();
            }
            pending = step;
            Actor next = Objects.requireNonNull(choose());
            // A thread is not switched where the process is not.
            if (next != this) {
                next.turn.release();
                turn.acquireUninterruptibly();
            }
            if (fault == Fault.CRASH) {
                isDead = true;
                throw new Killed();
            }
            return fault;
        }

        private void run(Consumer<Actor> program) {
            turn.acquireUninterruptibly();
            try {
                program.accept(this);
            } catch (Killed e) {
                // As it was to be.
            } catch (Throwable e) {
                failure = e;
            }
            isDone = true;
            Actor next = choose();
            if (next == null) {
                ended.release();
            } else {
                next.turn.release();
            }
        }
    }

    private record Move(Actor actor, Fault fault, int switches, int faults) {
        @Override
        public String toString() {
            return actor.number + ":" + (actor.pending == null ? "START" : actor.pending)
                    + (fault == Fault.NONE ? "" : "!" + fault);
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "actor");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore ended = new Semaphore(0);
    private final TestClock clock;
    private final Duration sleep;

    /** The choice at each step of this schedule, and how many there were. */
    private final List<Integer> choices = new ArrayList<>();

    private final List<Integer> counts = new ArrayList<>();
    private int position;

    private final List<Actor> actors = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private @Nullable Actor last;
    private int switches;
    private int faults;

    Scheduler(TestClock clock, Duration sleep) {
        this.clock = clock;
        this.sleep = sleep;
    }

    /** What the last schedule did, step by step. */
    String trace() {
        return String.join(" ", steps);
    }

    /** Goes on to the next schedule; false if there is none. */
    boolean next() {
        position = 0;
        while (!choices.isEmpty()) {
            int last = choices.size() - 1;
            if (choices.get(last) + 1 < counts.get(last)) {
                choices.set(last, choices.get(last) + 1);
                counts.remove(last);
                return true;
            }
            choices.remove(last);
            counts.remove(last);
        }
        return false;
    }

    private int choose(int count) {
        if (position == choices.size()) {
            choices.add(0);
        }
        if (position == counts.size()) {
            counts.add(count);
        }
        return choices.get(position++);
    }

    /** Runs processes to their ends by this schedule. */
    List<Actor> run(int maxSwitches, int maxFaults, List<Consumer<Actor>> programs) {
        actors.clear();
        steps.clear();
        switches = maxSwitches;
        faults = maxFaults;
        last = null;
        for (Consumer<Actor> program : programs) {
            Actor actor = new Actor(actors.size());
            actors.add(actor);
            threads.execute(() -> actor.run(program));
        }
        Objects.requireNonNull(choose()).turn.release();
        ended.acquireUninterruptibly();
        return List.copyOf(actors);
    }

    /** The process whose turn is next; null if all have ended. */
    private @Nullable Actor choose() {
        while (true) {
            List<Move> moves = moves(actors, last, switches, faults);
            if (moves.isEmpty()) {
                return null;
            }
            Move move = moves.get(choose(moves.size()));
            steps.add(move.toString());
            switches -= move.switches();
            faults -= move.faults();
            if (move.fault() != Fault.SLEEP) {
                last = move.actor();
                move.actor().fault = move.fault();
                return last;
            }
            clock.advance(sleep);
            // The others go on meanwhile.
            last = actors.stream()
                    .filter(actor -> actor != move.actor() && !actor.isDone)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** What may come next: the last process goes on, or another one, and all goes well, or something goes wrong. */
    private static List<Move> moves(List<Actor> actors, @Nullable Actor last, int switches, int faults) {
        List<Move> moves = new ArrayList<>();
        boolean canGoOn = last != null && !last.isDone;
        for (int pass = 0; pass < 2; pass++) {
            for (Actor actor : actors) {
                boolean isLast = actor == last;
                int cost = canGoOn && !isLast ? 1 : 0;
                if (actor.isDone || isLast != (pass == 0) || cost > switches) {
                    continue;
                }
                moves.add(new Move(actor, Fault.NONE, cost, 0));
                if (faults > 0 && actor.pending != null) {
                    actor.pending.faults.forEach(fault -> moves.add(new Move(actor, fault, cost, 1)));
                }
            }
        }
        return moves;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
