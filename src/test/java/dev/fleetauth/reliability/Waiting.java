package dev.fleetauth.reliability;

import java.util.List;
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
        List<String> methods = Stream.of(stack)
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .toList();
        return methods.contains("dev.fleetauth.store.postgres.PostgresStore.lease")
                && methods.contains("dev.fleetauth.store.postgres.Database.pause")
                // That is a wait for the database itself.
                && !methods.contains("dev.fleetauth.store.postgres.Database.run");
    }
}
