package dev.fleetauth.oauth.callback;

import java.util.function.Consumer;

/** Passes on the first notices and counts the rest, so that untrusted input cannot fill the terminal. */
final class NoticeLimit {

    private final int max;
    private final Consumer<String> notices;
    private int seen;

    NoticeLimit(int max, Consumer<String> notices) {
        this.max = max;
        this.notices = notices;
    }

    synchronized void notice(String text) {
        seen++;
        if (seen <= max) {
            notices.accept(text);
        }
    }

    /** How many notices were not passed on. */
    synchronized int suppressed() {
        return Math.max(0, seen - max);
    }
}
