package dev.fleetauth.cli;

import dev.fleetauth.flow.Choices;
import dev.fleetauth.flow.Explain;
import dev.fleetauth.flow.Status;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code __complete}: what the shells' scripts ask. It prints a candidate a line, with its description behind a tab. It opens
 * nothing that is sealed, and never fails: a completion that says something is in the way.
 */
@Command(name = "__complete", hidden = true)
final class CompleteCommand extends Subcommand {

    @Parameters(arity = "0..*")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        for (Completion.Candidate candidate : Completion.of(words, this::live)) {
            String description = Text.printable(candidate.description());
            print(candidate.value() + (description.isEmpty() ? "" : "\t" + description));
        }
        return ExitCode.DONE;
    }

    /** The values for a label. */
    private List<Completion.Candidate> live(String label) {
        return switch (label) {
            case "NAME" -> profiles();
            case "TYPE" -> candidates(Choices.types());
            case "REGION" -> candidates(Choices.regions());
            case "SCOPE" -> candidates(Choices.scopes());
            case "ERROR" -> errors();
            default -> List.of();
        };
    }

    private List<Completion.Candidate> profiles() {
        try {
            return new Status(engine())
                    .names().stream()
                            .map(ProfileName::value)
                            .map(name -> new Completion.Candidate(name, "profile"))
                            .toList();
        } catch (Failure e) {
            return List.of();
        }
    }

    private static List<Completion.Candidate> errors() {
        return Explain.all().stream()
                .map(error -> new Completion.Candidate(error.code(), error.meaning()))
                .filter(candidate -> candidate.value().indexOf(' ') < 0)
                .distinct()
                .toList();
    }

    private static List<Completion.Candidate> candidates(Map<String, String> described) {
        return described.entrySet().stream()
                .map(entry -> new Completion.Candidate(entry.getKey(), entry.getValue()))
                .toList();
    }
}
