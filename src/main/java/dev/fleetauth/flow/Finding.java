package dev.fleetauth.flow;

import dev.fleetauth.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The result of one check.
 *
 * @param check the name of the check
 * @param verdict the verdict
 * @param what the finding in words; empty if {@code failure} says it
 * @param remedy what to do about it; empty if there is nothing to do, or {@code failure} says it
 * @param failure the failure of a command that needs what was checked; null if none would fail
 */
public record Finding(
        String check,
        Verdict verdict,
        String what,
        String remedy,
        @Nullable Failure failure) {

    /** The verdict of a check. */
    public enum Verdict {
        /** No problem was found. */
        OK,
        /** What was checked works, but the user should know something about it. */
        NOTE,
        /** A command that needs what was checked will fail. */
        BAD
    }

    /** A finding without a problem. */
    public static Finding ok(String check, String what) {
        return new Finding(check, Verdict.OK, what, "", null);
    }

    /** A finding that the user should know about. */
    public static Finding note(String check, String what, String remedy) {
        return new Finding(check, Verdict.NOTE, what, remedy, null);
    }

    /** A finding that makes commands fail. */
    public static Finding bad(String check, Failure failure) {
        return new Finding(check, Verdict.BAD, "", "", failure);
    }
}
