package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.Inspect;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: takes a token apart. */
@Command(
        name = "inspect",
        description =
                "Show what is in a token: the profile's, a file's, or standard input's. The token itself is not shown.")
final class InspectCommand extends Subcommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A file that holds a token, or - for standard input; without it, the profile's access token.")
    private @Nullable String file;

    @Option(names = "--id-token", description = "The profile's id token instead of its access token.")
    private boolean idToken;

    @Option(names = "--verify", description = "Check it against the keys of the profile's provider.")
    private boolean verify;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Override
    public Integer call() {
        if (file != null && idToken) {
            throw Failure.of(Kind.CONFLICTING_OPTIONS, "--id-token", "a file", "the file's token is shown as it is");
        }
        var inspect = new Inspect(engine());
        Secret token = file == null ? inspect.tokenOf(profile(), idToken) : read(file);
        Inspect.Report report = inspect.report(token, file == null ? profile() : null);
        List<String> issuers = verify ? inspect.verify(token, profile()) : null;
        if (format == ReportFormat.JSON) {
            print(Json.text(json(report, issuers)));
        } else {
            printText(report, issuers);
        }
        return ExitCode.DONE;
    }

    private Secret read(String from) {
        String text;
        try {
            text = InputText.read(environment(), from).strip();
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, from, "it is not there, or not yours to read");
        }
        if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
            throw Failure.of(Kind.NOT_A_TOKEN, from.equals("-") ? "standard input" : from);
        }
        return new Secret(text);
    }

    private static ObjectNode json(Inspect.Report report, @Nullable List<String> issuers) {
        ObjectNode json = Json.object();
        json.put("kind", report.header() == null ? "opaque" : "jwt");
        if (report.header() == null) {
            json.putNull("header");
            json.putNull("claims");
        } else {
            json.set("header", Json.tree(report.header()));
            json.set("claims", Json.tree(report.claims()));
        }
        Json.putTime(json, "issued_at", report.issuedAt());
        Json.putEpoch(json, "issued_at_epoch", report.issuedAt());
        Json.putTime(json, "expires_at", report.expiresAt());
        Json.putEpoch(json, "expires_at_epoch", report.expiresAt());
        if (report.scope() == null) {
            json.putNull("scope");
        } else {
            Json.putList(json, "scope", report.scope().values());
        }
        Json.putList(json, "audience", report.audience());
        json.put("verified", issuers != null);
        return json;
    }

    private void printText(Inspect.Report report, @Nullable List<String> issuers) {
        if (report.header() == null) {
            print("kind       opaque: it says nothing of itself");
        } else {
            print("kind       JWT, "
                    + Text.printable(String.valueOf(report.header().get("alg"))));
        }
        printTime("issued", report.issuedAt());
        printTime("expires", report.expiresAt());
        if (report.scope() != null) {
            print("scope      " + Text.printable(report.scope().toString()));
        }
        if (!report.audience().isEmpty()) {
            print("audience   " + Text.printable(String.join(" ", report.audience())));
        }
        report.claims().forEach((name, value) -> {
            if (!SHOWN_APART.contains(name)) {
                print("  " + Text.printable(name + " = " + Json.tree(value)));
            }
        });
        if (issuers != null) {
            print("verified   signature, issuer and times hold; accepted issuers: " + String.join(" ", issuers));
        }
    }

    private static final List<String> SHOWN_APART = List.of("iat", "exp", "scp", "scope", "aud");

    private void printTime(String label, @Nullable Instant time) {
        if (time == null) {
            return;
        }
        Duration from = Duration.between(environment().clock().instant(), time);
        print(label + " ".repeat(11 - label.length()) + Text.time(time) + ", "
                + (from.isNegative() ? Text.span(from) + " ago" : "in " + Text.span(from)));
    }
}
