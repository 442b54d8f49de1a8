package dev.fleetauth.testing;

/** The seed of a random test: a new one in each run, unless {@code -Dfleetauth.seed} sets it. */
public final class Seed {

    private Seed() {}

    /** Returns the seed, and prints it after a description of the test. */
    public static long printed(String test) {
        long seed = Long.getLong("fleetauth.seed", System.nanoTime());
        System.out.println(test + ", seed " + seed);
        return seed;
    }
}
