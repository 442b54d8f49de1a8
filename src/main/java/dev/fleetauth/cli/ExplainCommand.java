package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.InputText;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.Pager;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.cli.print.Suggestions;
import dev.fleetauth.flow.report.Explain;
import dev.fleetauth.flow.report.Explain.Given;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.KnownError;
import dev.fleetauth.model.KnownError.Place;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.tesla.KnownErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: explains an error, and what to do about it. */
@Command(name = "explain", description = "Explain an error of the provider or the Fleet API, and what to do about it.")
public final class ExplainCommand extends Subcommand {

    /** The width of the list's codes. A few codes are longer, and shift their meanings to the right. */
    private static final int CODE_COLUMNS = 34;

    @Parameters(
            arity = "0..*",
            paramLabel = "ERROR",
            description = {
                "An error code, an HTTP status, text from a page, or the address of a callback; or - for a whole"
                        + " response on standard input, as curl or 'curl -i' prints it. Default: list all errors, in"
                        + " full with --format json.",
                "With -p, also shows what that profile's login sent.",
                "Exits with 2 if no known error matches."
            })
    private @Nullable List<String> words;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    private final List<String> lines = new ArrayList<>();

    @Override
    public Integer call() {
        try {
            return explain();
        } finally {
            if (!lines.isEmpty()) {
                Pager.show(environment(), String.join(System.lineSeparator(), lines));
            }
        }
    }

    /** Collects text for the pager, and prints JSON at once. */
    @Override
    protected void print(String line) {
        if (format == ReportFormat.JSON) {
            super.print(line);
        } else {
            lines.add(line);
        }
    }

    private int explain() {
        if (words == null) {
            list();
            return ExitCode.DONE;
        }
        String error = String.join(" ", words);
        if (error.isBlank()) {
            throw Failure.of(Kind.WRONG_USAGE, "the value of ERROR is empty", "explain");
        }
        String text = error.equals("-") ? standardInput() : error;
        // A profile is opened only for -p: otherwise, explaining an error must not ask for a passphrase.
        ProfileName named = program().profileOption();
        Explain.Result result = named == null ? Explain.of(text) : Explain.of(text, engine(), named);
        if (result.given() == Given.NOTHING_KNOWN) {
            // A status comes from a server, so it is not a misspelling of another one.
            List<String> codes = KnownErrors.ALL.stream()
                    .map(KnownError::code)
                    .filter(code -> !Character.isDigit(code.charAt(0)))
                    .toList();
            throw Failure.of(
                    Kind.NOT_KNOWN,
                    unknown(result),
                    Suggestions.among(codes, text).orElse(""));
        }
        if (result.given() != Given.ERROR) {
            console()
                    .notice(
                            result.given() == Given.CODE
                                    ? "This is a callback with a code, not an error. The code is a secret until it is"
                                            + " used, and is not shown."
                                    : "These are tokens, not an error. They are not shown; 'fleetauth inspect' decodes"
                                            + " one.");
        }
        report(result.facts(), result.errors(), result.byStatusAlone());
        return ExitCode.DONE;
    }

    private String standardInput() {
        return InputText.readAny(environment(), "-");
    }

    private static String unknown(Explain.Result result) {
        String facts = result.facts().entrySet().stream()
                .map(fact -> fact.getKey() + " " + fact.getValue())
                .collect(Collectors.joining(", "));
        return facts.isEmpty() ? "this text" : "this response: " + facts;
    }

    /** Lists all known errors, one per line. */
    private void list() {
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(json(Map.of(), KnownErrors.ALL, false)));
            return;
        }
        for (Place place : Place.values()) {
            String heading = place.words();
            print(heading.substring(0, 1).toUpperCase(Locale.ROOT) + heading.substring(1) + ":");
            KnownErrors.ALL.stream()
                    .filter(known -> known.place() == place)
                    .map(known -> entry(known.code(), inShort(known.meaning())))
                    .map(this::cut)
                    .forEach(this::print);
            print("");
        }
        print("Run 'fleetauth explain ERROR' for the details of an error and what to do.");
    }

    private static String entry(String code, String meaning) {
        return "  " + code + " ".repeat(Math.max(1, CODE_COLUMNS + 1 - code.length())) + meaning;
    }

    /** The first clause of a meaning, for the list. */
    private static String inShort(String meaning) {
        return meaning.replaceFirst("[,;:] .*", "");
    }

    /** Truncates a line of the list to the terminal's width. */
    private String cut(String line) {
        int columns = environment().terminal().outputColumns().orElse(line.length());
        return line.length() <= columns ? line : line.substring(0, columns - 1) + "…";
    }

    private void report(Map<String, String> facts, List<KnownError> errors, boolean byStatusAlone) {
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(json(facts, errors, byStatusAlone)));
            return;
        }
        Rows rows = rows(2, 14);
        facts.forEach((name, value) -> rows.add(name.replace('_', ' '), value));
        if (byStatusAlone) {
            print("Only the status matches, not the response. Errors with this status:");
        }
        boolean first = facts.isEmpty();
        for (KnownError known : errors) {
            if (!first) {
                print("");
            }
            first = false;
            print(name(known));
            rows.add("meaning", known.meaning());
            rows.add("what to do", known.remedy());
            rows.add("exit code", String.valueOf(ExitCode.of(known.resolution())));
            rows.add("source", known.source());
        }
    }

    /** The heading of an error: its code, its statuses unless the code is itself a status, and its place. */
    private static String name(KnownError known) {
        String statuses = known.statuses().stream().map(String::valueOf).collect(Collectors.joining(", "));
        boolean omitsStatuses = statuses.isEmpty() || statuses.equals(known.code());
        return known.code()
                + (omitsStatuses ? "" : " (" + statuses + ")")
                + (known.place() == Place.ANYWHERE ? "" : ", " + known.place().words());
    }

    private static ObjectNode json(Map<String, String> facts, List<KnownError> errors, boolean byStatusAlone) {
        ObjectNode json = JsonOutput.object();
        json.set("facts", JsonOutput.tree(facts));
        json.put("only_status_matches", byStatusAlone);
        ArrayNode list = json.putArray("errors");
        for (KnownError known : errors) {
            ObjectNode entry = list.addObject();
            entry.put("place", known.place().id());
            entry.put("code", known.code());
            ArrayNode statuses = entry.putArray("statuses");
            known.statuses().forEach(statuses::add);
            entry.put("meaning", known.meaning());
            entry.put("remedy", known.remedy());
            entry.put("exit_code", ExitCode.of(known.resolution()));
            entry.put("source", known.source());
        }
        return json;
    }
}
