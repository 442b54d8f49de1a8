package dev.fleetauth.cli;

import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.serve.AccessLog;
import dev.fleetauth.serve.AccessTokens;
import dev.fleetauth.serve.StoreTokens;
import dev.fleetauth.serve.TokenHandler;
import dev.fleetauth.serve.TokenServer;
import dev.fleetauth.serve.client.ClientHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: hands out access tokens to other programs until it is interrupted. */
@Command(name = "serve", description = "Hand out access tokens to other programs until it is interrupted.")
public final class ServeCommand extends Subcommand {

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The Unix socket; token.sock in $XDG_RUNTIME_DIR/fleetauth.")
    private @Nullable Path socket;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Also serve clients with a key of their own on this address, such as 127.0.0.1:8485.")
    private @Nullable String listen;

    @Override
    public Integer call() throws InterruptedException {
        AccessTokens tokens = new StoreTokens(engine());
        try (TokenServer server = new TokenServer(new AccessLog(environment().err()))) {
            server.onSocket(socketPath(), List.of(new TokenHandler(tokens)));
            if (listen != null) {
                server.onLoopback(loopback(listen), loopbackHandlers(engine(), tokens));
            }
            server.start();
            Runnable stop = ShutdownGuard.onSignal(server::close);
            new CountDownLatch(1).await();
            stop.run();
            return ExitCode.DONE;
        } catch (IOException e) {
            throw Failure.because(e, Kind.SOCKET_UNAVAILABLE, socketPath(), "it cannot be listened on");
        }
    }

    /** What clients with a key are served with. */
    private static List<Handler> loopbackHandlers(Engine engine, AccessTokens tokens) {
        return List.of(new ClientHandler(engine, tokens));
    }

    private Path socketPath() {
        return socket == null
                ? Path.of(environment().variable("XDG_RUNTIME_DIR").orElse("/tmp"), "fleetauth", "token.sock")
                : socket;
    }

    private static InetSocketAddress loopback(String address) {
        int colon = address.lastIndexOf(':');
        try {
            String host = colon < 0 ? "" : address.substring(0, colon);
            int port = Integer.parseInt(address.substring(colon + 1));
            if (host.equals("127.0.0.1") && port > 0 && port <= Limits.MAX_PORT) {
                return new InetSocketAddress(host, port);
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw Failure.of(Kind.BAD_VALUE, "--listen", address, "an address like 127.0.0.1:8485");
    }
}
