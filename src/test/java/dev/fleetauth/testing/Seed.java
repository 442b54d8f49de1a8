package dev.fleetauth.testing;

/** The seed of a random test: another one in each run, printed, and repeated with {@code -Dfleetauth.seed}. */
public final class Seed {

    private Seed() {}

    /** The seed of a test, which is printed with what the test is about to do. */
    public static long printed(String test) {
        long seed = Long.getLong("fleetauth.seed", System.nanoTime());
        System.out.println(test + ", seed " + seed);
        return seed;
    }
}
