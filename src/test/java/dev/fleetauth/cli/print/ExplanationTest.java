package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of failure has a message and an exit code, and its fields are printed. */
@Tag("any-jdk")
class ExplanationTest {

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindIsExplained(Kind kind) {
        Object[] values = kind.fields().stream().map(name -> "<" + name + ">").toArray();
        Explanation explanation = Explanation.of(Failure.of(kind, values));
        assertThat(explanation.message())
                .isNotBlank()
                .doesNotContain("null")
                .doesNotEndWith(".")
                .doesNotContain("  ");
        assertThat(explanation.message().substring(0, 1))
                .as("a lower-case letter, or a field")
                .isLowerCase();
        assertThat(explanation.hint()).doesNotContain("null").doesNotEndWith(".");
        boolean ofExec = kind.name().startsWith("COMMAND_");
        assertThat(explanation.exitCode())
                .isBetween(
                        ofExec ? ExitCode.NOT_EXECUTABLE : ExitCode.UNEXPECTED,
                        ofExec ? ExitCode.NOT_FOUND : ExitCode.STORE);
        // The message or the hint shows each field: one that neither shows would be useless.
        assertThat(kind.fields())
                .allSatisfy(name ->
                        assertThat(explanation.message() + explanation.hint()).contains("<" + name + ">"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void controlCharactersInFieldsAreNotPrinted(Kind kind) {
        Object[] values =
                kind.fields().stream().map(name -> "\033[2J\u202e\r\n" + name).toArray();
        Explanation explanation = Explanation.of(Failure.of(kind, values));
        assertThat(explanation.message() + explanation.hint())
                .matches(text -> text.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT));
    }
}
