package dev.fleetauth.host;

import java.net.URI;

/** What opens a page for the person. */
@FunctionalInterface
public interface Browser {

    /**
     * Asks the person's browser to open a page, and does not wait for it to be read.
     *
     * @return false if no browser could be started, so that the caller shows the address instead
     */
    boolean open(URI page);

    /**
     * Why the person's browser is likely to be on another machine, such as {@code this is a container}. It can open a page
     * there, and cannot come back to a loopback address of this one. Empty if nothing tells so.
     */
    default String elsewhere() {
        return "";
    }

    /** Whether there is anything that could open a page here; {@link #open} may fail all the same. */
    default boolean isAvailable() {
        return true;
    }

    /** What would open a page, in words, such as {@code xdg-open}; empty if there is nothing. */
    default String command() {
        return "";
    }
}
