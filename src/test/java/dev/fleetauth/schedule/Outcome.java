package dev.fleetauth.schedule;

import dev.fleetauth.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What came of a command.
 *
 * @param failure the failure that it ended with; null for success
 * @param result what it returned, such as an access token; empty for nothing
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

    /** A field of the failure; empty if there is none. */
    String field(String name) {
        return failure == null ? "" : failure.fields().getOrDefault(name, "");
    }

    @Override
    public String toString() {
        return failure == null ? "done " + result : failure.kind() + " " + failure.fields();
    }
}
