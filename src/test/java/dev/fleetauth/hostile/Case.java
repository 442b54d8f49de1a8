package dev.fleetauth.hostile;

import java.util.function.Consumer;

/**
 * One way in which something outside misbehaves, and what must come of it.
 *
 * @param name what it is; those of the OpenID Foundation's tests for relying parties by their own names
 * @param command the words of the command; {@code {…}} stands for what {@link Outside#words} knows
 * @param given what misbehaves
 * @param exit the exit code
 * @param says a part of what standard error says
 * @param requests the requests that the provider gets, in their order: D for its discovery document, O for RFC 8414's, T
 *     for tokens, K for keys, R for a revocation, ? for anything else
 * @param after what the session is afterwards
 */
record Case(
        String name,
        String command,
        Consumer<HostileFixture> given,
        int exit,
        String says,
        String requests,
        After after) {

    /** The one case of a login that is rejected for the session that is there. */
    static final String SOMEBODY_ELSE = "login: somebody else";

    /** What became of the session that was there. */
    enum After {
        /** It is what it was, but for what is noted of the attempt. */
        SAME,
        /** It is what it was, but for the refresh token, which is the one the answer brought. */
        NEXT_REFRESH_TOKEN,
        /** It is what it was, and an answer waits to be checked. */
        WAITING,
        /** It is the one that the answer brought. */
        NEW,
        /** Its tokens are wiped. */
        WIPED
    }

    /** Whether it is about a login of the profile that has a session, and would come out the same without one. */
    boolean isLogin() {
        return (command + " ").startsWith("login ") && !command.contains(" -p ") && !name.equals(SOMEBODY_ELSE);
    }

    @Override
    public String toString() {
        return name;
    }
}
