package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.RandomText;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Pages that wait for a user's decision. The random id in a page's form prevents cross-site request forgery, and is
 * valid for one decision.
 *
 * @param <T> the subject of the decision
 */
final class Transactions<T> {

    /** The maximum number of undecided pages; the oldest are dropped first. */
    private static final int MAX_PENDING = 1_000;

    private final SecureRandom random;
    private final Map<String, T> waiting = new LinkedHashMap<>();

    Transactions(SecureRandom random) {
        this.random = random;
    }

    /** Creates the id for a page's form. */
    synchronized String begin(T subject) {
        if (waiting.size() == MAX_PENDING) {
            waiting.remove(waiting.keySet().iterator().next());
        }
        String id = RandomText.hex(random, 16);
        waiting.put(id, subject);
        return id;
    }

    /** Ends a transaction and returns its subject; empty if it has already ended or is unknown. */
    synchronized Optional<T> end(Parameters form) {
        return form.value("transaction").map(waiting::remove);
    }
}
