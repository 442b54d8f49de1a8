package dev.fleetauth.sandbox;

import dev.fleetauth.host.ThisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds free ports for redirect URIs that must be registered before anything listens on them. They are below the
 * range of ephemeral ports, any of which a connection could use in the meantime.
 */
public final class FreePort {

    private static final int FIRST = 15_000;
    private static final int COUNT = 15_000;

    /** Starts at a different port in each process, so that concurrent processes do not try the same ones. */
    private static final AtomicInteger NEXT = new AtomicInteger((int) (ThisProcess.id() * 977 % COUNT));

    private FreePort() {}

    /** A loopback port on which nothing listens now. */
    public static int next() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Try the next one.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("every port is in use");
    }
}
