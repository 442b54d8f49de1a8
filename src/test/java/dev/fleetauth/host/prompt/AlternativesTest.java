package dev.fleetauth.host.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an answer is interpreted. */
class AlternativesTest {

    private final Alternatives<String> regions = new Alternatives<String>(
                    "na or eu", new IllegalStateException("no answer"))
            .with("na", "na", "North America", "America")
            .with("eu", "eu", "Europe", "Africa")
            .withDefault("na");

    @ParameterizedTest
    @CsvSource({
        "'', na", "'  ', na", "NA, na", "n, na", "north-america, na", "'North  America', na", "am, na",
        "EU, eu", "Eu, eu", "europe, eu", "EUROPE, eu", "eur, eu", "' e ', eu", "'\"eu\"', eu"
    })
    void anyCaseSynonymAndUnambiguousPrefixIsUnderstood(String typed, String meant) throws Exception {
        assertThat(regions.read(typed)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "asia", "europa", "na eu", "?", "--", "\u0000"})
    void anUnclearAnswerIsRejectedAndNotEchoed(String typed) {
        assertThatThrownBy(() -> regions.read(typed))
                .isInstanceOf(Prompt.Rejected.class)
                .hasMessageStartingWith("That ")
                .hasMessageEndingWith(": enter na or eu.");
    }
}
