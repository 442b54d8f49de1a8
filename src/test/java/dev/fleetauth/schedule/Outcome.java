package dev.fleetauth.schedule;

import dev.fleetauth.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a command.
 *
 * @param failure its failure; null for success
 * @param result its result, such as an access token; empty if it has none
 */
record Outcome(@Nullable Failure failure, String result) {

    static Outcome done(String result) {
        return new Outcome(null, result);
    }

    static Outcome failed(Failure failure) {
        return new Outcome(failure, "");
    }

    boolean isDone() {
        return failure == null;
    }

    boolean is(Failure.Kind kind) {
        return failure != null && failure.kind() == kind;
    }

    @Override
    public String toString() {
        return failure == null ? "done " + result : failure.kind() + " " + failure.fields();
    }
}
