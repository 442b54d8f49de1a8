package dev.fleetauth.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An entry while one process works on it. A file is locked meanwhile; what a database has, others may change. */
public interface Hold extends AutoCloseable {

    /** Why an entry is written. */
    enum Write {
        /** A change that nothing is lost without. */
        CHANGE,
        /** Before a token is sent; reserved space is left to the response. */
        ATTEMPT,
        /** A response that is nowhere else. */
        RESPONSE,
        /** The end of a turn, which is not worth waiting for. */
        END
    }

    /** The entry as it was read, written or taken as the base last. */
    Entry entry();

    /** Reads the entry again. What is written next still has to follow {@link #entry}. */
    Entry look();

    /** Whether {@link #look} found that another process has written the entry. */
    default boolean hasChanged() {
        return false;
    }

    /** Makes what {@link #look} found the base of the next write. */
    default void rebase() {}

    /**
     * Writes the entry if it is still what {@link #entry} says. When it returns true, the entry survives a crash.
     *
     * @throws dev.fleetauth.model.Failure if it is not written, or that is not known
     */
    boolean replace(Entry next, Write write);

    /**
     * Reserves space for a response where the entry is.
     *
     * @return false if responses are not kept there
     */
    default boolean reserve(int bytes) {
        return false;
    }

    /** What an earlier process left that was about to write a response; null if there is nothing. */
    default @Nullable Path leftover() {
        return null;
    }

    /** A response that this could write, but not put in its place; null if there is none. */
    default @Nullable Path kept() {
        return null;
    }

    /** Lets go of a connection while servers are asked. */
    default void rest() {}

    @Override
    void close();
}
