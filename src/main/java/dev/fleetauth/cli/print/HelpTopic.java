package dev.fleetauth.cli.print;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The topics of {@code fleetauth help TOPIC}, which are also sections of the manual pages. */
public enum HelpTopic {
    /** The environment variables. */
    ENVIRONMENT(
            "Environment variables. An option takes precedence over the variable, and the variable over the profile. A"
                    + " path may begin with ~, the home directory.",
            List.of(
                    new Term("FLEETAUTH_PROFILE", "The profile, as with --profile."),
                    new Term(
                            "FLEETAUTH_HOME",
                            "The directory for all fleetauth data, as with --home; without it"
                                    + " $XDG_STATE_HOME/fleetauth, else ~/.local/state/fleetauth, on macOS"
                                    + " ~/Library/Application Support/fleetauth, on Windows"
                                    + " %LOCALAPPDATA%\\fleetauth. The directory of earlier versions,"
                                    + " ~/.config/fleetauth, on Windows %APPDATA%\\fleetauth, stays in use until"
                                    + " 'fleetauth doctor --move-home' moves it."),
                    new Term("FLEETAUTH_STORE", "Where profiles are stored, as with --store."),
                    new Term("FLEETAUTH_STORE_PASSWORD_FILE", "A file with the database user's password."),
                    new Term("FLEETAUTH_NO_INPUT", "Never prompt, as with --no-input, unless it is 0."),
                    new Term("FLEETAUTH_KEY_FILE", "The key file that opens the store."),
                    new Term("FLEETAUTH_KEY_COMMAND", "A command that prints the content of a key file."),
                    new Term(
                            "FLEETAUTH_KEYRING",
                            "The program that accesses the keyring: a name, or a path. Default: the one that the store"
                                    + " records."),
                    new Term("FLEETAUTH_PASSPHRASE_FILE", "A file with the passphrase that opens the store."),
                    new Term("FLEETAUTH_PASSPHRASE_COMMAND", "A command that prints the passphrase."),
                    new Term("FLEETAUTH_PASSPHRASE", "The passphrase itself."),
                    new Term("FLEETAUTH_CLIENT_ID", "The client id, as with --client-id."),
                    new Term(
                            "FLEETAUTH_CLIENT_SECRET_FILE",
                            "A file with the client secret, as with --client-secret-file."),
                    new Term("FLEETAUTH_CLIENT_SECRET", "The client secret itself."),
                    new Term(
                            "FLEETAUTH_CLIENT_KEY_FILE", "A file with the client's private key, as with --client-key."),
                    new Term("FLEETAUTH_CLIENT_KEY", "The client's private key itself, as PEM or JWK."),
                    new Term("FLEETAUTH_ISSUER", "The provider, as with --issuer."),
                    new Term("FLEETAUTH_REGION", "Tesla's region, as with --region."),
                    new Term(
                            "FLEETAUTH_CACERT",
                            "A file of certificates to trust in addition to the system's, as with --cacert."),
                    new Term(
                            "FLEETAUTH_AFTER_REFRESH",
                            "The command to run after each refresh, as with --after-refresh."),
                    new Term("FLEETAUTH_EXPORT_KEY_FILE", "The key file of exports, as with --export-key-file."),
                    new Term(
                            "FLEETAUTH_EXPORT_PASSPHRASE_FILE",
                            "A file with the export passphrase, as with --export-passphrase-file."),
                    new Term("FLEETAUTH_EXPORT_PASSPHRASE", "The export passphrase itself."),
                    new Term(
                            "FLEETAUTH_BROWSER",
                            "A command that opens an address, which is appended to it or replaces %s. Default:"
                                    + " BROWSER, except on Windows."),
                    new Term(
                            "FLEETAUTH_PAGER",
                            "A command that shows help, 'explain' and 'docs' at a terminal; cat, or an empty value, for"
                                    + " none. Without it PAGER is used, else less."),
                    new Term(
                            "FLEETAUTH_ACCESS_TOKEN",
                            "Never read. 'exec' sets it for its program, and 'token' prints it with --format env,"
                                    + " dotenv or powershell."))),
    /** What the exit codes mean. */
    EXIT_CODES(
            "Exit codes. exec exits with the code of its program.",
            List.of(
                    new Term("0", "Success."),
                    new Term("1", "Unexpected failure (a bug), or output could not be written."),
                    new Term("2", "Usage error."),
                    new Term("3", "Not set up: a profile or a setting is missing."),
                    new Term("4", "User action required: log in, or finish a step in the browser."),
                    new Term("5", "Refused by the provider or the user. Retrying will not help."),
                    new Term("6", "Temporary: network, 5xx, 429, lock held. Retry later."),
                    new Term("7", "The store cannot be opened or written. If a token was spent, the message says so."),
                    new Term("126, 127", "exec: the program cannot be run, or was not found."),
                    new Term("130, 143", "Interrupted (SIGINT), terminated (SIGTERM)."))),
    /** The files of the program. */
    FILES(
            "Files. Only the user can access them. Those with secrets are sealed, except unlocked.json and those in"
                    + " exec/.",
            List.of(
                    new Term("$FLEETAUTH_HOME", "The directory for all fleetauth data; see FLEETAUTH_HOME."),
                    new Term("keys.jwe", "The keys of the store, sealed with a passphrase or a key."),
                    new Term(
                            "profiles/NAME.jwe", "A profile: its settings and tokens, sealed with a key of the store."),
                    new Term("locks/", "Lock files. Never delete one while the program runs."),
                    new Term(
                            "registrations.json",
                            "The registrations that 'register' found: client ids, regions, domains."),
                    new Term(
                            "discovery/",
                            "Copies of providers' discovery documents and public keys; if neither FLEETAUTH_HOME nor"
                                    + " --home is set, in $XDG_CACHE_HOME/fleetauth, else ~/.cache/fleetauth, on macOS"
                                    + " ~/Library/Caches/fleetauth, on Windows %LOCALAPPDATA%\\fleetauth."),
                    new Term(
                            "$XDG_RUNTIME_DIR/fleetauth/exec/",
                            "Unencrypted tokens for the programs of 'exec --token-file-env', while these run."),
                    new Term(
                            "$XDG_RUNTIME_DIR/fleetauth/STORE/unlocked.json",
                            "The unencrypted key of 'key unlock', kept in memory until the store is locked again."),
                    new Term(
                            "$XDG_RUNTIME_DIR/fleetauth/, /tmp/fleetauth-STORE/",
                            "Sealed responses that could not be saved in the profile. The next command saves them.")));

    /**
     * An entry of a topic.
     *
     * @param name the variable, exit code or path
     * @param meaning one or two sentences
     */
    public record Term(String name, String meaning) {}

    private static final String INDENT = "  ";
    private static final String HANGING = "      ";

    private final String heading;

    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    private final List<Term> terms;

    HelpTopic(String heading, List<Term> terms) {
        this.heading = heading;
        this.terms = terms;
    }

    /** The topic with a name such as {@code exit-codes}. */
    public static Optional<HelpTopic> named(String name) {
        return Arrays.stream(values())
                .filter(topic -> topic.topicName().equals(name))
                .findFirst();
    }

    /** The name on a command line. */
    public String topicName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The section of the manual pages. */
    public String section() {
        return this == EXIT_CODES ? "EXIT STATUS" : name();
    }

    public List<Term> terms() {
        return terms;
    }

    /** The whole topic, without a trailing line separator. */
    public String text(int width) {
        StringBuilder text = new StringBuilder();
        Wrap.lines(heading, width, "").forEach(line -> text.append(line).append(System.lineSeparator()));
        for (Term term : terms) {
            text.append(System.lineSeparator()).append(INDENT).append(term.name());
            for (String line : Wrap.lines(HANGING + term.meaning(), width, HANGING)) {
                text.append(System.lineSeparator()).append(line);
            }
        }
        return text.toString();
    }
}
