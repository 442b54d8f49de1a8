package dev.fleetauth.store;

import org.jspecify.annotations.Nullable;

/** Where the sealed keys of a store lie. What is in them is no matter of it. */
public interface KeysPlace {

    /** What holds them, for messages. */
    String name();

    /** The store, for whoever is asked for its passphrase. */
    String store();

    /** What is there; null if there is nothing. */
    @Nullable
    String read();

    /** Whether there are profiles although there are no keys: they need those that they were sealed with. */
    boolean lacksKeys();

    /**
     * Waits until nobody else changes them. Makes what has to be there before anything can be put here.
     *
     * @throws dev.fleetauth.model.Failure of kind {@code KEYS_IN_USE} when the wait is over
     */
    Change change();

    /** The keys while they are this process's alone to change. Whoever reads them finds the old ones or the new ones. */
    interface Change extends AutoCloseable {

        /**
         * Puts sealed keys in place of those that are there, once they have been read back. When it returns they survive a
         * crash. Of the first ones a warning that they may not is enough: nothing is sealed with them yet.
         *
         * @throws dev.fleetauth.model.Failure of kind {@code STORE_UNWRITABLE} where they may not; they are there then
         */
        void put(String sealed);

        @Override
        void close();
    }
}
