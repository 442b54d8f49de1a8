package dev.fleetauth.reliability;

import java.util.stream.Stream;

/** Commands, each in a thread of this JVM, that wait for another's turn in a database to end. */
final class Waiting {

    private Waiting() {}

    /** Whether all threads of a name do, those that ended aside. */
    static boolean doAll(String threads) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals(threads))
                .allMatch(thread -> waits(thread.getValue()));
    }

    private static boolean waits(StackTraceElement[] stack) {
        return Stream.of(stack)
                .anyMatch(frame -> frame.getClassName().equals("dev.fleetauth.store.Backoff")
                        && frame.getMethodName().equals("tryPause"));
    }
}
