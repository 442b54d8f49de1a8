package dev.fleetauth.key;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.keyring.Keyring;
import dev.fleetauth.host.keyring.Keyrings;
import dev.fleetauth.host.keyring.SecretCommands;
import dev.fleetauth.host.prompt.Alternatives;
import dev.fleetauth.host.prompt.Prompt;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Passphrase;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Asks the user about keys, only at the terminal. */
final class KeyPrompts {

    /** The source of typed text, for messages. */
    private static final String TYPED = "the typed text";

    private final Environment env;
    private final boolean noInput;
    private final int iterations;

    KeyPrompts(Environment env, boolean noInput, int iterations) {
        this.env = env;
        this.noInput = noInput;
        this.iterations = iterations;
    }

    /** Checks whether a passphrase opens something that is sealed. */
    interface PassphraseCheck {
        boolean opensWith(Passphrase passphrase) throws MalformedException;
    }

    /** Asks which key source a new store should use; a chosen key file is created if it does not exist. */
    KeyChoice choice(SecretCommands commands) {
        requireUser(Kind.NO_NEW_KEY);
        Optional<Keyring> keyring = Keyrings.firstAvailable(commands);
        return choice(keyring, keyring.isPresent() ? "" : Keyrings.whyNone(env));
    }

    /**
     * Asks for a key source other than a keyring, after the chosen keyring has failed.
     *
     * @param failure the failure of the keyring
     */
    KeyChoice choiceWithoutKeyring(Failure failure) {
        return choice(Optional.empty(), words(failure));
    }

    private KeyChoice choice(Optional<Keyring> keyring, String whyNone) {
        String first = keyring.isPresent() ? "keyring" : "passphrase";
        String expected = keyring.isPresent() ? "keyring, passphrase or file" : "passphrase or file";
        String question = "Where should the key of the store be kept?\n"
                + keyring.map(found -> "  keyring     " + found.name()
                                + " stores it: nothing to type while the keyring is unlocked.\n")
                        .orElse("")
                + "  passphrase  You type it. Anyone who copies the store can try to guess it.\n"
                + "  file        In a file, without prompts. Anyone who has it can open the store.\n"
                + (keyring.isPresent() ? "" : "  (No keyring: " + whyNone + ".)\n")
                + expected + " [" + first + "]: ";
        var kinds = new Alternatives<KeyChoice.Kind>(
                        expected, Failure.of(Kind.NO_VALID_ANSWER, "the key source", expected))
                .with(KeyChoice.Kind.PASSPHRASE, "passphrase", "password")
                .with(KeyChoice.Kind.KEY_FILE, "file", "key file")
                .withDefault(keyring.isPresent() ? KeyChoice.Kind.KEYRING : KeyChoice.Kind.PASSPHRASE);
        if (keyring.isPresent()) {
            kinds.with(KeyChoice.Kind.KEYRING, "keyring", "keychain", "wallet");
        }
        KeyChoice.Kind kind = line(question, "the key source", kinds);
        return switch (kind) {
            case KEYRING -> new KeyChoice(kind, keyring.map(Keyring::name).orElse(""), "keyring");
            case KEY_FILE -> new KeyChoice(kind, keyFile().toString(), "the key file");
            default -> new KeyChoice(kind, "", "passphrase");
        };
    }

    private Path keyFile() {
        Path suggested = env.userHome().resolve("fleetauth.key");
        return line("The key file, created if it does not exist [" + suggested + "]: ", "the key file", typed -> {
            try {
                Path file = typed.isEmpty() ? suggested : env.path(typed);
                createIfMissing(file);
                KeyFile.read(file);
                return file;
            } catch (InvalidPathException e) {
                throw new Prompt.Rejected(
                        "That is not a valid path.",
                        Failure.because(e, Kind.NO_VALID_ANSWER, "the key file", "the path of a file"));
            } catch (Failure e) {
                throw new Prompt.Rejected(words(e) + ". Choose another file.", e);
            }
        });
    }

    private static String words(Failure failure) {
        Map<String, String> fields = failure.fields();
        String why = switch (failure.kind()) {
            case FILE_EXPOSED -> "other users can read or change it (" + fields.get("mode") + ")";
            // A symbolic link without a target, for example.
            case FILE_EXISTS -> "something else exists in its place";
            default -> fields.get("why");
        };
        return fields.getOrDefault("file", fields.get("source")) + " cannot be used: " + why;
    }

    /** Creates a key file if it does not exist, and tells the user. */
    void createIfMissing(Path file) {
        if (!Files.exists(file)) {
            KeyFile.create(file, env.random());
            env.err().println("Created the key file " + file + ".");
            env.err().println("Keep a copy of it in a safe place: without it, the store cannot be opened.");
        }
    }

    /** A new passphrase, asked for twice. */
    Passphrase newPassphrase(String what) {
        requireUser(Kind.NO_NEW_PASSPHRASE);
        return secret("New passphrase for " + what + ", at least " + Passphrase.MIN_LENGTH + " characters: ", first -> {
            if (!first.isAcceptable()) {
                throw new Prompt.Rejected(
                        "A passphrase needs at least " + Passphrase.MIN_LENGTH + " characters that are not all blank."
                                + " Try again.",
                        Failure.of(Kind.WEAK_PASSPHRASE, Passphrase.MIN_LENGTH));
            }
            try (Passphrase second = secret("Repeat the passphrase: ", typed -> typed)) {
                if (!first.isSameAs(second)) {
                    throw new Prompt.Rejected(
                            "The passphrases differ. Try again.", Failure.of(Kind.PASSPHRASES_DIFFER));
                }
            }
            return first;
        });
    }

    /**
     * Asks for the passphrase of something that is already sealed.
     *
     * @param wrong the failure to throw after too many wrong passphrases
     */
    Passphrase passphrase(String question, String needs, PassphraseCheck check, Failure wrong) {
        requireUser(Kind.NO_KEY_SOURCE, needs);
        return secret(question, typed -> {
            if (typed.isBlank()) {
                throw new Prompt.Rejected("Nothing was entered. Try again.", wrong);
            }
            try {
                if (!check.opensWith(typed)) {
                    throw new Prompt.Rejected("Wrong passphrase. Try again.", wrong);
                }
            } catch (MalformedException e) {
                // The sealed text is invalid, not the passphrase; opening it reports that.
            }
            return typed;
        });
    }

    /** Rejects a new passphrase that is too short or blank. */
    static Passphrase requireAcceptable(Passphrase passphrase) {
        if (!passphrase.isAcceptable()) {
            passphrase.close();
            throw Failure.of(Kind.WEAK_PASSPHRASE, Passphrase.MIN_LENGTH);
        }
        return passphrase;
    }

    private void requireUser(Kind otherwise, Object... fields) {
        if (noInput || !env.terminal().isPresent()) {
            throw Failure.of(otherwise, fields);
        }
    }

    private Passphrase secret(String question, Prompt.Reader<Passphrase, Passphrase> reader) {
        try {
            return Prompt.secret(env.terminal(), question, typed -> {
                requireExact(CharBuffer.wrap(typed));
                Passphrase passphrase = Passphrase.typed(typed, iterations, env);
                try {
                    return reader.read(passphrase);
                } catch (Prompt.Rejected | RuntimeException e) {
                    passphrase.close();
                    throw e;
                }
            });
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, "the passphrase");
        }
    }

    private static <T extends CharSequence> T requireExact(T typed) throws Prompt.Rejected {
        try {
            return ExactText.require(typed, TYPED);
        } catch (ExactText.Malformed e) {
            throw new Prompt.Rejected("The input cannot be used: " + e.why() + ". Try again.", e);
        }
    }

    private <T> T line(String question, String about, Prompt.Reader<String, T> reader) {
        try {
            return Prompt.line(env.terminal(), question, typed -> reader.read(requireExact(typed)));
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELED, about);
        }
    }
}
