package dev.fleetauth.host;

import java.net.URI;

/** Opens a page for the user. */
@FunctionalInterface
public interface Browser {

    /**
     * Asks the user's browser to open a page, without waiting for it to load.
     *
     * @return false if no browser could be started, so that the caller shows the address instead
     */
    boolean open(URI page);

    /**
     * Why the user's browser is probably on another machine, such as {@code this is a container}; empty if nothing
     * suggests that. Such a browser can open a page, but cannot reach a loopback address of this machine.
     */
    default String whyRemote() {
        return "";
    }

    /** Whether this machine has a program that could open a page; {@link #open} may still fail. */
    default boolean isAvailable() {
        return true;
    }

    /** What would open a page, for messages: a program such as {@code xdg-open}, or a variable; empty if nothing. */
    default String command() {
        return "";
    }
}
