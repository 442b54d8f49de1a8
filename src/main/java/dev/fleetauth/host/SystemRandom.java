package dev.fleetauth.host;

import java.security.SecureRandom;

/** The system's source of random values, initialized on first use because that takes several milliseconds. */
final class SystemRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    /** Initialized when the first random value is requested. */
    private static final class Source {
        private static final SecureRandom INSTANCE = new SecureRandom();
    }

    SystemRandom() {
        super(null, null);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        Source.INSTANCE.nextBytes(bytes);
    }

    @Override
    public byte[] generateSeed(int count) {
        return Source.INSTANCE.generateSeed(count);
    }

    @Override
    public String getAlgorithm() {
        return Source.INSTANCE.getAlgorithm();
    }
}
