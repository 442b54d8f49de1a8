package dev.fleetauth.sandbox;

import dev.fleetauth.host.ThisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for redirect URIs that have to be registered before anyone listens on them. They lie below those that systems hand out
 * by themselves: one of these could be taken by any connection between the asking and the listening.
 */
public final class FreePort {

    private static final int FIRST = 15_000;
    private static final int COUNT = 15_000;

    /** Begins elsewhere in each process, so that two that run side by side do not try the same. */
    private static final AtomicInteger NEXT = new AtomicInteger((int) (ThisProcess.id() * 977 % COUNT));

    private FreePort() {}

    /** A port of loopback on which nobody listens now. */
    public static int next() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // The next one, then.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("every port is taken");
    }
}
