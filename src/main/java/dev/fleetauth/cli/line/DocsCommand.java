package dev.fleetauth.cli.line;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Pager;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code docs}: shows the documentation, which is part of the program. */
@Command(name = "docs", description = "Show a page of the documentation, or list the pages. Needs no network.")
final class DocsCommand extends Subcommand {

    /** The pages, in reading order. */
    static final List<String> PAGES = List.of(
            "index",
            "installation",
            "getting-started",
            "scripts",
            "serve",
            "ci",
            "keys",
            "shared-store",
            "tesla",
            "fleet-api",
            "providers",
            "troubleshooting",
            "reference",
            "security",
            "store-format",
            "transcripts",
            "comparison",
            "CHANGELOG");

    private static final int NAME_COLUMNS = 18;

    @Parameters(arity = "0..1", paramLabel = "PAGE", description = "The name of a page, such as scripts.")
    private @Nullable String page;

    @Option(
            names = "--man-pages",
            paramLabel = "DIR",
            description = "Write the manual pages to a directory instead, such as ~/.local/share/man/man1.")
    private @Nullable Path manPages;

    private final Function<Fleetauth, CommandLine> commands;

    /** @param commands builds the command line model of a program, with all of its commands */
    DocsCommand(Function<Fleetauth, CommandLine> commands) {
        this.commands = commands;
    }

    @Override
    public Integer call() throws IOException {
        if (manPages != null) {
            if (page != null) {
                throw Failure.of(Kind.CONFLICTING_OPTIONS, "--man-pages", "a page", "it writes all manual pages");
            }
            Path folder = environment().path(manPages.toString());
            Files.createDirectories(folder);
            write(folder, commands.apply(program()).getCommandSpec());
        } else if (page == null) {
            for (String name : PAGES) {
                print(name + " ".repeat(NAME_COLUMNS - name.length()) + heading(text(name)));
            }
        } else if (PAGES.contains(page)) {
            Pager.show(environment(), text(page).stripTrailing());
        } else {
            throw Failure.of(
                    Kind.BAD_VALUE,
                    "PAGE",
                    page,
                    String.join(", ", PAGES.subList(0, PAGES.size() - 1)) + " or CHANGELOG");
        }
        return ExitCode.DONE;
    }

    private static String heading(String text) {
        return text.lines().findFirst().orElse("").replaceFirst("^# ", "");
    }

    private static String text(String name) throws IOException {
        String file = "/dev/fleetauth/docs/" + name + ".md";
        try (InputStream page = DocsCommand.class.getResourceAsStream(file)) {
            if (page == null) {
                throw new IllegalStateException("the build left out " + file);
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void write(Path folder, CommandSpec command) throws IOException {
        Files.writeString(folder.resolve(ManPage.name(command) + ".1"), ManPage.of(command));
        for (CommandLine next : command.subcommands().values()) {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                write(folder, next.getCommandSpec());
            }
        }
    }
}
