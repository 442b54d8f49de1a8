package dev.fleetauth.key;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.KeyDescription;
import java.util.List;
import java.util.Optional;

/** The variables that configure a store's key-encryption key. */
public final class KeyVariables {

    static final String KEY_FILE = "FLEETAUTH_KEY_FILE";
    static final String KEY_COMMAND = "FLEETAUTH_KEY_COMMAND";
    static final String KEYRING = "FLEETAUTH_KEYRING";
    static final String PASSPHRASE_FILE = "FLEETAUTH_PASSPHRASE_FILE";
    static final String PASSPHRASE = "FLEETAUTH_PASSPHRASE";
    static final String PASSPHRASE_COMMAND = "FLEETAUTH_PASSPHRASE_COMMAND";

    static final List<String> ALL =
            List.of(KEY_FILE, KEY_COMMAND, KEYRING, PASSPHRASE_FILE, PASSPHRASE, PASSPHRASE_COMMAND);

    /** The variables that configure a source of a kind. */
    public static List<String> of(KeyDescription.Kind kind) {
        return switch (kind) {
            case PASSPHRASE -> List.of(PASSPHRASE_FILE, PASSPHRASE, PASSPHRASE_COMMAND);
            case KEY -> List.of(KEY_FILE, KEY_COMMAND);
            case KEYRING -> List.of(KEYRING);
        };
    }

    private final Environment env;

    KeyVariables(Environment env) {
        this.env = env;
    }

    /** The variables that are set. */
    List<String> given() {
        return ALL.stream().filter(this::isGiven).toList();
    }

    /**
     * The one of these variables that is set; empty if none is.
     *
     * @param why the reason why two of them conflict, for the message
     * @throws Failure of kind {@code CONFLICTING_OPTIONS} if more than one is set
     */
    Optional<String> oneOf(String why, List<String> variables) {
        String found = null;
        for (String variable : variables) {
            if (isGiven(variable)) {
                if (found != null) {
                    throw Failure.of(Kind.CONFLICTING_OPTIONS, found, variable, why);
                }
                found = variable;
            }
        }
        return Optional.ofNullable(found);
    }

    /**
     * Whether a variable configures a source. An empty passphrase counts: ignoring it would hide that a secret is
     * missing.
     */
    boolean isGiven(String variable) {
        return variable.equals(PASSPHRASE)
                ? env.variables().containsKey(variable)
                : env.variable(variable).isPresent();
    }

    String value(String variable) {
        return ExactText.require(env.variables().getOrDefault(variable, ""), variable);
    }
}
