package dev.fleetauth.flow;

import dev.fleetauth.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What was found in one place.
 *
 * @param check what was looked at, in a word
 * @param verdict how it stands
 * @param what what was found, in words; empty where {@code failure} says it
 * @param remedy what to do about it; empty where there is nothing to do, or {@code failure} says it
 * @param failure what a command would fail with; null where none would
 */
public record Finding(
        String check,
        Verdict verdict,
        String what,
        String remedy,
        @Nullable Failure failure) {

    /** How something stands. */
    public enum Verdict {
        /** As it should be. */
        OK,
        /** It works, and something about it is good to know. */
        NOTE,
        /** A command that needs it will fail. */
        BAD
    }

    /** Something that is as it should be. */
    public static Finding ok(String check, String what) {
        return new Finding(check, Verdict.OK, what, "", null);
    }

    /** Something that is good to know. */
    public static Finding note(String check, String what, String remedy) {
        return new Finding(check, Verdict.NOTE, what, remedy, null);
    }

    /** Something that fails. */
    public static Finding bad(String check, Failure failure) {
        return new Finding(check, Verdict.BAD, "", "", failure);
    }
}
