package dev.fleetauth.reliability.kill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The results of many kills, counted by several threads. */
final class Tally {

    /** After this many violations, more reveal nothing new. */
    private static final int MAX_VIOLATIONS = 10;

    private final int wanted;
    private final long start = System.nanoTime();
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Map<Round.Found, Integer>> found = new TreeMap<>();
    private final Map<Kill.Moment, Integer> moments = new TreeMap<>();
    private int rounds;
    private int killed;
    private int tooLate;

    /** @param wanted how many processes are to be killed */
    Tally(int wanted) {
        this.wanted = wanted;
    }

    synchronized boolean isUnfinished() {
        return killed < wanted && violations.size() < MAX_VIOLATIONS;
    }

    synchronized int nextRound() {
        return rounds++;
    }

    synchronized int killed() {
        return killed;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized void violation(String what) {
        System.out.println("VIOLATION: " + what);
        violations.add(what);
    }

    synchronized void add(boolean strict, Operation operation, Round.Found what, List<Kill.Done> kills) {
        for (Kill.Done kill : kills) {
            if (kill.killed()) {
                killed++;
                moments.merge(kill.moment(), 1, Integer::sum);
                if (killed % 500 == 0) {
                    System.out.println(killed + " killed");
                }
            } else {
                tooLate++;
            }
        }
        String row = (strict ? "strict " : "tesla  ") + name(operation);
        found.computeIfAbsent(row, key -> new EnumMap<>(Round.Found.class)).merge(what, 1, Integer::sum);
    }

    /** A table: what was killed, and in which states it was found. */
    synchronized String summary() {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder("%-20s".formatted(""));
        for (Round.Found state : Round.Found.values()) {
            head.append("%18s".formatted(name(state)));
        }
        lines.add(head.toString());
        found.forEach((row, counts) -> {
            StringBuilder line = new StringBuilder("%-20s".formatted(row));
            for (Round.Found state : Round.Found.values()) {
                line.append("%18d".formatted(counts.getOrDefault(state, 0)));
            }
            lines.add(line.toString());
        });
        lines.add("%d killed in %d rounds, %s; %d had ended before; %d violations; %d s"
                .formatted(
                        killed,
                        rounds,
                        moments,
                        tooLate,
                        violations.size(),
                        Duration.ofNanos(System.nanoTime() - start).toSeconds()));
        return String.join("\n", lines);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
