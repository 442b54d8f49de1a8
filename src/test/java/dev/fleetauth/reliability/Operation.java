package dev.fleetauth.reliability;

import java.util.List;

/** What is killed. */
enum Operation {
    /** A first login, in a home that is empty. */
    FIRST_LOGIN,
    /** A login over a session that is there. */
    LOGIN_AGAIN,
    /** {@code refresh}, with an access token that is valid. */
    REFRESH,
    /** {@code token}, with an access token that is expired. */
    TOKEN,
    /** {@code revoke}. */
    REVOKE;

    boolean isLogin() {
        return this == FIRST_LOGIN || this == LOGIN_AGAIN;
    }

    boolean isRefresh() {
        return this == REFRESH || this == TOKEN;
    }

    /** Those that take about as long. */
    List<Operation> alike() {
        if (isLogin()) {
            return List.of(FIRST_LOGIN, LOGIN_AGAIN);
        }
        return isRefresh() ? List.of(REFRESH, TOKEN) : List.of(REVOKE);
    }
}
