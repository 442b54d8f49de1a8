package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.Rows;
import dev.fleetauth.flow.report.Discover;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code discover}: shows the provider's metadata as fleetauth uses it. */
@Command(
        name = "discover",
        description = "Show the provider's metadata as fleetauth uses it: each value, and whether it comes from the"
                + " discovery document, a correction, built-in data, or an option.")
public final class DiscoverCommand extends Subcommand {

    @Mixin
    private final ProviderOptions provider = new ProviderOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    @Override
    public Integer call() {
        ProviderMetadata metadata = new Discover(engine())
                .run(
                        program().profileIsNamed() || engine().hasProfile(profile()) ? profile() : null,
                        provider.choice(environment()));
        if (format == ReportFormat.JSON) {
            ObjectNode json = JsonOutput.object();
            metadata.members().forEach((name, member) -> json.set(name, json(member)));
            print(JsonOutput.text(json));
        } else {
            metadata.members().forEach(this::printText);
        }
        return ExitCode.DONE;
    }

    private static ObjectNode json(Member member) {
        ObjectNode json = JsonOutput.object();
        JsonOutput.putList(json, "values", member.values());
        json.put("source", source(member));
        if (member.documentSays() == null) {
            json.putNull("document_says");
        } else {
            JsonOutput.putList(json, "document_says", member.documentSays());
        }
        json.put("reason", member.reason());
        json.put("reference", member.reference());
        return json;
    }

    private void printText(String name, Member member) {
        rows(0, 4).add(name + ":", String.join(" ", member.values()));
        Rows rows = rows(4, 10);
        rows.add(
                "from:",
                source(member)
                        + (member.documentSays() == null
                                ? ""
                                : "; the document says " + String.join(" ", member.documentSays())));
        if (member.reason() != null) {
            rows.add("why:", member.reason() + reference(member.reference()));
        }
    }

    private static String reference(@Nullable String reference) {
        return reference == null ? "" : " (" + reference + ")";
    }

    private static String source(Member member) {
        return member.source().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
