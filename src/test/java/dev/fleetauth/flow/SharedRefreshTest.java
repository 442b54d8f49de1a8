package dev.fleetauth.flow;

import dev.fleetauth.testing.ShellAndSandbox;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** {@link RefreshContract} with a store in a database. */
@Tag("any-jdk")
class SharedRefreshTest extends RefreshContract {

    @BeforeAll
    static void share() {
        ShellAndSandbox.share(true);
    }

    @AfterAll
    static void keepInFiles() {
        ShellAndSandbox.share(false);
    }
}
