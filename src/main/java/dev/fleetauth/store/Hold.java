package dev.fleetauth.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An entry that this process holds. A held file is locked; a row of a database may still be changed by others. */
public interface Hold extends AutoCloseable {

    /** The purpose of a write. */
    enum Write {
        /** A change: if it cannot be written, nothing is lost. */
        CHANGE,
        /** The step before a token is sent; reserved space is left for the response. */
        ATTEMPT,
        /** A response, which may exist nowhere else. */
        RESPONSE,
        /** The end of a turn: not retried, since the turn expires anyway. */
        END
    }

    /** The entry that the next write is based on. */
    Entry entry();

    /** The sealed keys, at least as new as what was read last; null if there are none. */
    @Nullable
    String keys();

    /** Reads the entry again. The next write is still based on {@link #entry}. */
    Entry reread();

    /** Whether {@link #reread} found that another process has changed the entry. */
    default boolean hasChanged() {
        return false;
    }

    /** Bases the next write on what {@link #reread} found. */
    default void rebase() {}

    /**
     * Replaces the entry if it equals {@link #entry}; the new one is then durable, unless a warning says otherwise.
     *
     * @throws dev.fleetauth.model.Failure if the entry was not written, or if it is unknown whether it was
     */
    boolean replace(Entry next, Write write);

    /**
     * Reserves space for a response next to the entry.
     *
     * @return false if responses are not kept next to the entry
     */
    default boolean reserve(int bytes) {
        return false;
    }

    /** The file of an earlier process that was writing a response; null if there is none. */
    default @Nullable Path leftover() {
        return null;
    }

    /** A response that was written but could not be moved into place; null if there is none. */
    default @Nullable Path kept() {
        return null;
    }

    /** Releases the database connection before requests are sent to servers. */
    default void releaseConnection() {}

    @Override
    void close();
}
