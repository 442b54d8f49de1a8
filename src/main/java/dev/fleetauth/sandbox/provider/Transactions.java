package dev.fleetauth.sandbox.provider;

import dev.fleetauth.sandbox.server.Parameters;
import dev.fleetauth.sandbox.server.RandomText;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Pages that wait for a person's decision. The random id in a page's form is what keeps other sites from deciding, and
 * each is good for one decision.
 *
 * @param <T> what the decision is about
 */
final class Transactions<T> {

    /** Pages nobody decides on are forgotten, the oldest first. */
    private static final int AT_MOST = 1_000;

    private final SecureRandom random;
    private final Map<String, T> waiting = new LinkedHashMap<>();

    Transactions(SecureRandom random) {
        this.random = random;
    }

    /** The id for the page's form. */
    synchronized String begin(T subject) {
        if (waiting.size() == AT_MOST) {
            waiting.remove(waiting.keySet().iterator().next());
        }
        String id = RandomText.hex(random, 16);
        waiting.put(id, subject);
        return id;
    }

    /** What is decided; nothing if it was already, or never asked. */
    synchronized Optional<T> end(Parameters form) {
        return form.value("transaction").map(waiting::remove);
    }
}
