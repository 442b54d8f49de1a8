package dev.fleetauth.hostile;

import java.util.function.Consumer;

/**
 * One way in which a provider, a browser or a file misbehaves, and the expected result.
 *
 * @param name a description; cases from the OpenID Foundation's tests for relying parties have the names of those tests
 * @param command the command line, with placeholders such as {@code {issuer}}
 * @param setup sets up the misbehavior
 * @param exit the expected exit code
 * @param output a part of the expected output or messages
 * @param requests the requests that the provider receives, in order: D for its discovery document, O for RFC 8414's, A
 *     for device authorization, T for tokens, K for keys, R for a revocation, ? for anything else
 * @param after the expected state of the session
 */
record Case(
        String name,
        String command,
        Consumer<HostileFixture> setup,
        int exit,
        String output,
        String requests,
        After after) {

    /** The only login that is rejected because of the existing session. */
    static final String DIFFERENT_USER = "login: a different user";

    /** What the command did to the existing session. */
    enum After {
        /** Unchanged, except for a recorded attempt or refusal. */
        SAME,
        /** Unchanged, except that the refresh token is the one from the response. */
        NEXT_REFRESH_TOKEN,
        /** Unchanged, with a candidate. */
        CANDIDATE,
        /** Replaced by the tokens from the response. */
        NEW,
        /** Its tokens are removed. */
        REMOVED
    }

    /** Whether the case is a login to the existing session's profile with the same result if there is no session. */
    boolean isLogin() {
        return (command + " ").startsWith("login ") && !command.contains(" -p ") && !name.equals(DIFFERENT_USER);
    }

    @Override
    public String toString() {
        return name;
    }
}
