package dev.fleetauth.seal.key;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.MalformedException;
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

    /** Checks a passphrase that opens something. */
    interface Lock {
        boolean opensWith(Passphrase passphrase) throws MalformedException;
    }

    /** Which source a new store is to have; a key file is made. */
    KeyChoice choice(KeyCommands programs) {
        requirePerson("a passphrase or a key");
        Optional<Keyring> keyring = Keyrings.thatAnswers(programs);
        return choice(keyring, keyring.isPresent() ? "" : Keyrings.whyNone(env));
    }

    /**
     * The same once the keyring that was chosen has failed.
     *
     * @param failure why
     */
    KeyChoice choiceWithoutKeyring(Failure failure) {
        return choice(Optional.empty(), words(failure));
    }

    private KeyChoice choice(Optional<Keyring> keyring, String whyNone) {
        String first = keyring.isPresent() ? "keyring" : "passphrase";
        String expected = keyring.isPresent() ? "keyring, passphrase or file" : "passphrase or file";
        String question = "Where shall the key be that opens the store?\n"
                + keyring.map(found -> "  keyring     " + found.name()
                                + " keeps it: nothing to type, and it opens while the keyring is unlocked.\n")
                        .orElse("")
                + "  passphrase  You type it: nothing to keep, and whoever has the store's files can try to guess it.\n"
                + "  file        A file keeps it: scripts need nobody, and whoever has that file and the store has all.\n"
                + (keyring.isPresent() ? "" : "  (No keyring: " + whyNone + ".)\n")
                + expected + " [" + first + "]: ";
        var kinds = new Alternatives<KeyChoice.Kind>(
                        expected, Failure.of(Kind.NO_VALID_ANSWER, "the place of the key", expected))
                .with(KeyChoice.Kind.PASSPHRASE, "passphrase", "password")
                .with(KeyChoice.Kind.KEY_FILE, "file", "key file")
                .withDefault(keyring.isPresent() ? KeyChoice.Kind.KEYRING : KeyChoice.Kind.PASSPHRASE);
        if (keyring.isPresent()) {
            kinds.with(KeyChoice.Kind.KEYRING, "keyring", "keychain", "wallet");
        }
        KeyChoice.Kind kind = line(question, "the place of the key", kinds);
        return switch (kind) {
            case KEYRING -> new KeyChoice(kind, keyring.map(Keyring::name).orElse(""), "keyring");
            case KEY_FILE -> new KeyChoice(kind, keyFile().toString(), "the key file");
            default -> new KeyChoice(kind, "", "passphrase");
        };
    }

    private Path keyFile() {
        Path suggested = env.userHome().resolve("fleetauth.key");
        return line("The key file, which is made if there is none [" + suggested + "]: ", "the key file", typed -> {
            try {
                Path file = typed.isEmpty() ? suggested : env.path(typed);
                make(file);
                KeyFile.read(file);
                return file;
            } catch (InvalidPathException e) {
                throw new Prompt.Rejected(
                        "That is not the path of a file.",
                        Failure.because(e, Kind.NO_VALID_ANSWER, "the key file", "the path of a file"));
            } catch (Failure e) {
                throw new Prompt.Rejected(words(e) + ". Give another file.", e);
            }
        });
    }

    private static String words(Failure failure) {
        Map<String, String> fields = failure.fields();
        return failure.kind() == Kind.KEY_FILE_EXPOSED
                ? "Others can read " + fields.get("file") + " (" + fields.get("mode") + ")"
                : fields.getOrDefault("file", fields.get("source")) + " cannot be used: " + fields.get("why");
    }

    /** Makes a key file where there is none, and tells so. */
    void make(Path file) {
        if (!Files.exists(file)) {
            KeyFile.create(file, env.random());
            env.err().println("Made the key file " + file + ".");
            env.err().println("Keep a copy of it in a safe place: what is sealed with it opens with nothing else.");
        }
    }

    /** A new passphrase for something, asked for twice. */
    Passphrase newPassphrase(String what) {
        requirePerson("a passphrase or a key");
        return secret("New passphrase for " + what + ", at least " + Passphrase.MINIMUM + " characters: ", first -> {
            if (!first.isStrong()) {
                throw new Prompt.Rejected(
                        "A passphrase has at least " + Passphrase.MINIMUM + " characters, and is not blank. Try again.",
                        Failure.of(Kind.WEAK_PASSPHRASE, Passphrase.MINIMUM));
            }
            try (Passphrase second = secret("The same again: ", typed -> typed)) {
                if (!first.isSameAs(second)) {
                    throw new Prompt.Rejected(
                            "The two passphrases differ, try again.", Failure.of(Kind.PASSPHRASES_DIFFER));
                }
            }
            return first;
        });
    }

    /**
     * The passphrase of something that is sealed already.
     *
     * @param wrong thrown after too many wrong ones
     */
    Passphrase passphrase(String question, String needs, Lock lock, Failure wrong) {
        requirePerson(needs);
        return secret(question, typed -> {
            if (typed.isBlank()) {
                throw new Prompt.Rejected("Nothing was typed, try again.", wrong);
            }
            try {
                if (!lock.opensWith(typed)) {
                    throw new Prompt.Rejected("Wrong passphrase, try again.", wrong);
                }
            } catch (MalformedException e) {
                // It is the right one, and whoever opens the content says what is wrong with that.
            }
            return typed;
        });
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

    private Passphrase secret(String question, Prompt.Reader<Passphrase, Passphrase> reader) {
        try {
            return Prompt.secret(env.terminal(), question, typed -> {
                requireExact(CharBuffer.wrap(typed));
                Passphrase passphrase = Passphrase.typed(typed, iterations, env);
                try {
                    return reader.read(passphrase);
                } catch (Prompt.Rejected | Failure e) {
                    passphrase.close();
                    throw e;
                }
            });
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELLED, "the passphrase");
        }
    }

    private static <T extends CharSequence> T requireExact(T typed) throws Prompt.Rejected {
        try {
            return ExactText.require(typed, TYPED);
        } catch (Failure e) {
            throw new Prompt.Rejected("It cannot be used: " + e.fields().get("why") + ". Try again.", e);
        }
    }

    private <T> T line(String question, String about, Prompt.Reader<String, T> reader) {
        try {
            return Prompt.line(env.terminal(), question, typed -> reader.read(requireExact(typed)));
        } catch (IOException e) {
            throw Failure.because(e, Kind.CANCELLED, about);
        }
    }
}
