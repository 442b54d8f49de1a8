package dev.fleetauth.reliability.kill;

import java.util.List;

/** A command to kill. */
enum Operation {
    /** A login without a profile: in an empty home, or after {@code logout --forget}. */
    FIRST_LOGIN,
    /** A login over an existing session. */
    LOGIN_AGAIN,
    /** {@code refresh}, with an access token that is valid. */
    REFRESH,
    /** {@code token}, with an access token that is expired. */
    TOKEN,
    /** {@code revoke}. */
    REVOKE,
    /** {@code key set} with another key file, while a refresh goes on. */
    KEY_SET,
    /** {@code key rotate}, while a refresh goes on. */
    KEY_ROTATE,
    /** {@code key set} with a passphrase, while a refresh goes on; slow, and so only on request. */
    KEY_PASSPHRASE;

    boolean isLogin() {
        return this == FIRST_LOGIN || this == LOGIN_AGAIN;
    }

    boolean isRefresh() {
        return this == REFRESH || this == TOKEN;
    }

    boolean isKeyChange() {
        return this == KEY_SET || this == KEY_ROTATE || this == KEY_PASSPHRASE;
    }

    /** Whether another key source opens the store afterwards. */
    boolean setsKey() {
        return this == KEY_SET || this == KEY_PASSPHRASE;
    }

    /** The operations that take about as long as this one. */
    List<Operation> ofSimilarDuration() {
        if (isLogin()) {
            return List.of(FIRST_LOGIN, LOGIN_AGAIN);
        }
        return isRefresh() ? List.of(REFRESH, TOKEN) : List.of(this);
    }
}
