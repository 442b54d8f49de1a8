package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code __complete}: answers the shells' completion scripts. Prints one candidate per line, followed by a tab and
 * its description. It opens nothing that is sealed and never fails, because an error message would disturb the command
 * line being typed.
 */
@Command(name = "__complete", hidden = true)
final class CompleteCommand extends Subcommand {

    @Parameters(arity = "0..*")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        for (Completion.Candidate candidate : Completion.of(words, this::lookUp)) {
            String description = TerminalText.printable(candidate.description());
            print(candidate.value() + (description.isEmpty() ? "" : "\t" + description));
        }
        return ExitCode.DONE;
    }

    /** The values for a label, given the preceding options. */
    private List<Completion.Candidate> lookUp(String label, Map<String, String> given) {
        return switch (label) {
            case "NAME" -> profiles(given);
            case "PAGE" ->
                DocsCommand.PAGES.stream()
                        .map(page -> new Completion.Candidate(page, ""))
                        .toList();
            case "TYPE" -> candidates(TokenType.ALL, TokenType::id, TokenType::use);
            case "REGION" -> candidates(Region.ALL, Region::id, Region::name);
            case "SCOPE" -> scopes();
            case "ERROR" -> errors();
            default -> List.of();
        };
    }

    private List<Completion.Candidate> profiles(Map<String, String> given) {
        try {
            program().setPlace(given.get("--home"), given.get("--store"));
            return new Status(engine())
                    .names().stream()
                            .map(ProfileName::value)
                            .map(name -> new Completion.Candidate(name, "profile"))
                            .toList();
        } catch (Failure | InvalidPathException e) {
            return List.of();
        }
    }

    private static List<Completion.Candidate> errors() {
        return KnownErrors.ALL.stream()
                .map(error -> new Completion.Candidate(error.code(), error.meaning()))
                .filter(candidate -> candidate.value().indexOf(' ') < 0)
                .distinct()
                .toList();
    }

    private static List<Completion.Candidate> scopes() {
        List<Completion.Candidate> scopes =
                new ArrayList<>(candidates(TeslaScope.ALL, TeslaScope::name, TeslaScope::description));
        scopes.add(new Completion.Candidate("all", "All scopes of the type"));
        return scopes;
    }

    private static <T> List<Completion.Candidate> candidates(
            List<T> choices, Function<T, String> value, Function<T, String> description) {
        return choices.stream()
                .map(choice -> new Completion.Candidate(value.apply(choice), description.apply(choice)))
                .toList();
    }
}
