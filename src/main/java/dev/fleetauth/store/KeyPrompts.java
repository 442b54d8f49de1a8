package dev.fleetauth.store;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a person is asked about keys, at the terminal and nowhere else. */
final class KeyPrompts {

    /** Where it is from, in messages about what was typed. */
    private static final String TYPED = "what was typed";

    private final Environment env;
    private final boolean noInput;
    private final int iterations;

    KeyPrompts(Environment env, boolean noInput, int iterations) {
        this.env = env;
        this.noInput = noInput;
        this.iterations = iterations;
    }

    /** Which source a new store shall have. */
    KeyChoice choice(KeyPrograms programs) {
        requirePerson("a passphrase or a key");
        Optional<CredentialHelper> helper = CredentialHelper.thatAnswers(programs);
        String first = helper.isPresent() ? "keyring" : "passphrase";
        String question = "Where shall the key be that opens the store?\n"
                + helper.map(found -> "  keyring     " + found.name()
                                + " keeps it: nothing to type, and it opens while the keyring is unlocked.\n")
                        .orElse("")
                + "  passphrase  You type it: nothing to keep, and whoever has the store's files can try to guess it.\n"
                + "  file        A file keeps it: scripts need nobody, and whoever has that file and the store has all.\n"
                + (helper.isPresent() ? "keyring, passphrase or file [" : "passphrase or file [") + first + "]: ";
        String answer = line(question).toLowerCase(Locale.ROOT);
        return switch (answer.isEmpty() ? first : answer) {
            case "keyring" ->
                new KeyChoice(
                        KeyChoice.Kind.KEYRING,
                        helper.map(CredentialHelper::name).orElse(""),
                        "keyring");
            case "passphrase" -> new KeyChoice(KeyChoice.Kind.PASSPHRASE, "", "passphrase");
            case "file" -> new KeyChoice(KeyChoice.Kind.KEY_FILE, keyFile(), "the key file");
            default ->
                throw Failure.of(
                        Kind.BAD_VALUE,
                        "where the key shall be",
                        answer,
                        helper.isPresent() ? "keyring, passphrase or file" : "passphrase or file");
        };
    }

    private String keyFile() {
        Path suggested = env.userHome().resolve("fleetauth.key");
        String answer = line("The key file, which is made if there is none [" + suggested + "]: ");
        String file = answer.isEmpty() ? suggested.toString() : answer;
        env.err().println("Every later command takes the key from FLEETAUTH_KEY_FILE=" + file);
        env.err().println("Keep a copy of it in a safe place: what is sealed with it opens with nothing else.");
        return file;
    }

    /** A new passphrase for something, asked for twice. */
    Passphrase newPassphrase(String what) {
        requirePerson("a passphrase or a key");
        Passphrase first =
                strong(ask("New passphrase for " + what + ", at least " + Passphrase.MINIMUM + " characters: "));
        try (Passphrase second = ask("The same again: ")) {
            if (!first.isSameAs(second)) {
                first.close();
                throw Failure.of(Kind.PASSPHRASES_DIFFER);
            }
        }
        return first;
    }

    /** The passphrase of a store that is there. */
    Passphrase passphrase(KeyDescription description) {
        requirePerson(description.needs());
        return ask("Passphrase for " + description.place() + ": ");
    }

    /** Refuses a new passphrase that is too easy to guess. */
    static Passphrase strong(Passphrase passphrase) {
        if (!passphrase.isStrong()) {
            passphrase.close();
            throw Failure.of(Kind.WEAK_PASSPHRASE, Passphrase.MINIMUM);
        }
        return passphrase;
    }

    private void requirePerson(String needs) {
        if (noInput || !env.terminal().isPresent()) {
            throw Failure.of(Kind.NO_KEY_SOURCE, needs);
        }
    }

    Passphrase ask(String prompt) {
        try {
            char[] typed = env.terminal().readSecret(prompt);
            ExactText.require(CharBuffer.wrap(typed), TYPED);
            return Passphrase.of(typed, iterations);
        } catch (IOException e) {
            throw Failure.because(e, Kind.NO_KEY_SOURCE, "a passphrase");
        }
    }

    private String line(String prompt) {
        try {
            return ExactText.require(env.terminal().readLine(prompt).strip(), TYPED);
        } catch (IOException e) {
            throw Failure.because(e, Kind.NO_KEY_SOURCE, "a passphrase or a key");
        }
    }
}
