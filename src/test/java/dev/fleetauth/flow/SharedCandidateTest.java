package dev.fleetauth.flow;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same, with a store in a database. */
@Tag("any-jdk")
class SharedCandidateTest extends CandidateTest {

    @BeforeAll
    static void share() {
        Scene.share(true);
    }

    @AfterAll
    static void keepInFiles() {
        Scene.share(false);
    }
}
