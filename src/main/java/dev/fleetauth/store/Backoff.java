package dev.fleetauth.store;

import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.StoreKeys;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for an entry that another process holds, with increasing random pauses. */
public final class Backoff {

    /** How long to wait before the user is told. */
    public static final Duration QUIET_WAIT = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final Backend backend;
    private final SecureRandom random;
    private final Deadline deadline;
    private final Deadline quiet = Deadline.in(QUIET_WAIT);
    private Duration pause;

    Backoff(Backend backend, SecureRandom random, Duration wait) {
        this.backend = backend;
        this.random = random;
        this.deadline = Deadline.in(wait);
        this.pause = shorter(FIRST_PAUSE);
    }

    private Duration shorter(Duration next) {
        return next.compareTo(backend.maxPause()) < 0 ? next : backend.maxPause();
    }

    /** Whether the user need not be told about the wait, because it is short. */
    boolean isQuiet() {
        return deadline.hasPassed() || !quiet.hasPassed();
    }

    /**
     * Holds the entry of the keys or the clients, once no other process does.
     *
     * @param turn how long a turn that is never ended remains valid
     * @param keys the store's keys, if they are open
     * @throws Failure of kind {@code KEYS_IN_USE} if the wait is over
     */
    Hold hold(String entry, Duration turn, @Nullable StoreKeys keys) {
        while (true) {
            Hold hold = backend.tryHold(entry, turn);
            if (hold != null) {
                return hold;
            }
            if (!tryPause()) {
                throw backend.held(Kind.KEYS_IN_USE, backend.location(entry), entry, keys);
            }
        }
    }

    /** Pauses once; false if the wait is over or the thread was interrupted. */
    boolean tryPause() {
        if (deadline.hasPassed()) {
            return false;
        }
        try {
            deadline.pause(pause.dividedBy(2).plusMillis(random.nextInt((int) pause.toMillis() + 1)));
            pause = shorter(pause.multipliedBy(3).dividedBy(2));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
