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
}
