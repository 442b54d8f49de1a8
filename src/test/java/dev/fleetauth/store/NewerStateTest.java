package dev.fleetauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.Profile;
import dev.fleetauth.seal.Profiles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which of two states of a profile is newer: the rule for both kinds of store. */
@Tag("any-jdk")
class NewerStateTest {

    private static final Profile NOW = Profiles.at("session", 6, "token");

    private static Profile login(long generation, String session) {
        return new Profile(
                Profiles.NAME,
                generation,
                NOW.session(),
                new Candidate(Profiles.at(session, 0, "login").session(), null, null, null));
    }

    private static void assertNewer(Profile newer, Profile older) {
        assertThat(newer.isNewerThan(older)).isTrue();
        assertThat(older.isNewerThan(newer)).isFalse();
    }

    private static void assertNeitherNewer(Profile one, Profile other) {
        assertThat(one.isNewerThan(other)).isFalse();
        assertThat(other.isNewerThan(one)).isFalse();
    }

    @Test
    void theStateOfTheHigherGenerationIsNewer() {
        assertNewer(Profiles.at("session", 7, "next"), NOW);
        assertNewer(NOW.loggedOut(), NOW);
        assertNewer(Profiles.at("session", 7, "next"), login(6, "login"));
        assertNeitherNewer(NOW, Profiles.at("session", 6, "other"));
    }

    @Test
    void statesOfDifferentSessionsAreNotCompared() {
        assertNeitherNewer(NOW, Profiles.at("another", 7, "token"));
        assertNeitherNewer(NOW, Profiles.at("another", 5, "token"));
    }

    @Test
    void aLoginIsNewerThanARefreshOfTheSameGeneration() {
        assertNewer(login(6, "login"), NOW);
        assertNeitherNewer(login(6, "login"), login(6, "another-login"));
        assertNeitherNewer(
                login(6, "login"), new Profile(NOW.name(), 6, NOW.session().withoutTokens(), null));
    }

    @Test
    void generationAndSessionIdentifyTheResponses() {
        assertThat(NOW.hasResponsesOf(NOW.withSession(NOW.session().withPublishPending(true))))
                .isTrue();
        assertThat(login(6, "login").hasResponsesOf(Profiles.at("login", 6, "login")))
                .isTrue();
        assertThat(NOW.hasResponsesOf(Profiles.at("session", 7, "token"))).isFalse();
        assertThat(NOW.hasResponsesOf(Profiles.at("another", 6, "token"))).isFalse();
        assertThat(NOW.hasResponsesOf(login(6, "login"))).isFalse();
    }
}
