package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.DurationOption;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.ProgressLine;
import dev.fleetauth.flow.setup.KeySetup;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code key}: shows and changes what opens the store. */
@Command(
        name = "key",
        description = "Show and change the key of the store.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = KeySetCommand.class)
public final class KeyCommand extends Subcommand {

    /** What the store records in place of a helper if a variable names the keyring's program. */
    private static final String NAMED_BY_VARIABLE = "*";

    @Override
    public Integer call() {
        throw Failure.of(
                Kind.WRONG_USAGE,
                "a command is missing: show, set, change-passphrase, rotate, unlock, lock or new-file",
                "key");
    }

    @Command(name = "show", description = "Show what opens the store. Needs no key and shows none.")
    int show(
            @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.") @Nullable
                    ReportFormat format) {
        Optional<KeySetup.Source> found = setup().source();
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(json(found)));
        } else if (found.isEmpty()) {
            print("There is no store yet. The first login creates it, sealed with the key or passphrase from"
                    + " FLEETAUTH_KEY_FILE, _KEY_COMMAND, _KEYRING, _PASSPHRASE_FILE, _PASSPHRASE_COMMAND or"
                    + " _PASSPHRASE; without these variables, it asks how to seal the store.");
        } else {
            show(found.get());
        }
        return ExitCode.DONE;
    }

    private void show(KeySetup.Source source) {
        print("source      " + source.source());
        if (source.keyId() != null) {
            print("key id      " + source.keyId());
        }
        if (source.iterations() != null) {
            print("hashed      " + source.iterations() + " times");
        }
        String helper = source.helper();
        if (helper != null && !helper.equals(NAMED_BY_VARIABLE)) {
            print("helper      " + source.program());
        }
        if (source.keyFile() != null) {
            print("key file    " + source.keyFile());
        }
        print("read from   " + givenBy(source));
        print("opens       " + source.place());
        if (source.keys() > 1) {
            print("rotation    unfinished, profiles still to be resealed: " + source.profilesToReseal()
                    + "; 'fleetauth key rotate' resumes it");
        }
        Duration unlocked = source.unlockedFor();
        if (unlocked != null) {
            print("unlocked    for another " + Durations.text(unlocked));
        }
    }

    private static String givenBy(KeySetup.Source source) {
        if (source.helper() != null && !source.helper().equals(NAMED_BY_VARIABLE)) {
            return "the keyring";
        }
        if (source.keyFile() != null) {
            return "the key file, unless " + String.join(" or ", source.variables()) + " is set";
        }
        return String.join(" or ", source.variables()) + (source.iterations() == null ? "" : ", or at the terminal");
    }

    private static ObjectNode json(Optional<KeySetup.Source> found) {
        KeySetup.Source source = found.orElse(null);
        ObjectNode json = JsonOutput.object();
        json.put("kind", source == null ? null : source.kind());
        json.put("key_id", source == null ? null : source.keyId());
        json.put("iterations", source == null ? null : source.iterations());
        json.put("helper", source == null ? null : source.helper());
        json.put("key_file", source == null ? null : source.keyFile());
        json.put("keys", source == null ? 0 : source.keys());
        json.put("profiles_to_reseal", source == null ? 0 : source.profilesToReseal());
        Duration unlocked = source == null ? null : source.unlockedFor();
        json.put("unlocked_for_seconds", unlocked == null ? null : unlocked.toSeconds());
        json.put("file", source == null ? null : source.place());
        return json;
    }

    @Command(name = "new-file", description = "Create a key file: 32 random bytes as a JWK that only you can read.")
    int newFile(
            @Parameters(paramLabel = "PATH", description = "The file to create; an existing one is not overwritten.")
                    Path path) {
        Path file = environment().path(path.toString());
        String id = KeySetup.newFile(file, environment());
        console().notice("Created " + file + " with the key " + id + ".");
        console().notice("Keep a copy in a safe place: nothing else opens what is sealed with it.");
        console().notice("To use it: export FLEETAUTH_KEY_FILE=" + file);
        return ExitCode.DONE;
    }

    @Command(name = "change-passphrase", description = "Replace the passphrase: prompts for a new one.")
    int changePassphrase() {
        setup().changePassphrase();
        console().notice("The store now opens with the new passphrase.");
        return ExitCode.DONE;
    }

    @Command(
            name = "rotate",
            description =
                    "Give the store a new key and reseal every profile with it. What opens the store stays the same."
                            + " Resumes an interrupted rotation.")
    int rotate() {
        try (ProgressLine progress = console().progress()) {
            setup().rotate(progress::step);
        }
        console().notice("Every profile is sealed with a new key; the old key was deleted.");
        return ExitCode.DONE;
    }

    @Command(
            name = "unlock",
            description = "Keep the store unlocked for a while: the key stays in memory until 'key lock', until the"
                    + " time is up, or until your session ends or the machine shuts down.")
    int unlock(
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            converter = DurationOption.class,
                            description = "How long (default: 8h).")
                    @Nullable
                    Duration howLong) {
        Duration wanted = howLong == null ? Duration.ofHours(8) : howLong;
        setup().unlock(wanted);
        console().notice("Unlocked for " + Durations.text(wanted) + ". 'fleetauth key lock' locks it again.");
        return ExitCode.DONE;
    }

    @Command(name = "lock", description = "Lock the store again after 'key unlock'.")
    int lock() {
        console().notice(setup().lock() ? "Locked." : "The store was already locked.");
        return ExitCode.DONE;
    }

    private KeySetup setup() {
        return new KeySetup(engine());
    }
}
