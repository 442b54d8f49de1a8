package dev.fleetauth.cli;

import dev.fleetauth.cli.option.AfterRefreshOptions;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.net.PortOwner;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.serve.AccessLog;
import dev.fleetauth.serve.LoginAlarm;
import dev.fleetauth.serve.Peers;
import dev.fleetauth.serve.RefreshThread;
import dev.fleetauth.serve.SocketPlace;
import dev.fleetauth.serve.StatusHandler;
import dev.fleetauth.serve.StoreTokens;
import dev.fleetauth.serve.TokenHandler;
import dev.fleetauth.serve.TokenServer;
import dev.fleetauth.serve.client.ClientHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}: provides access tokens to other programs until it is interrupted. */
@Command(
        name = "serve",
        description = {
            "Provide access tokens to other programs until interrupted.",
            "Programs request a token from a Unix socket: curl --unix-socket $XDG_RUNTIME_DIR/fleetauth/token.sock http://fleetauth/token"
        })
public final class ServeCommand extends Subcommand {

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description =
                    "The Unix socket (default: fleetauth/token.sock in XDG_RUNTIME_DIR, else run/token.sock in the home).")
    private @Nullable Path socket;

    @Option(
            names = "--allow-uid",
            paramLabel = "N",
            description = "A user id that may also use the socket, such as that of a container; repeatable.")
    private List<Integer> otherUsers = new ArrayList<>();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Also listen on this address, 127.0.0.1:PORT, for programs that have a client key.")
    private @Nullable String listen;

    @Option(
            names = "--on-login-needed",
            paramLabel = "CMD",
            description = {
                "Run this once when a profile needs a login.",
                "A shell command line that gets the profile's name on standard input."
            })
    private @Nullable String onLoginNeeded;

    @Override
    public Integer call() {
        if (onLoginNeeded != null) {
            AfterRefreshOptions.requireCommand("--on-login-needed", onLoginNeeded);
        }
        InetSocketAddress loopback = listen == null ? null : loopback(listen);
        Peers peers = peers();
        var tokens = new StoreTokens(
                engine(), new LoginAlarm(environment(), onLoginNeeded, console()::notice), this::noticeNotRefreshed);
        tokens.open();
        try (TokenServer server = new TokenServer(new AccessLog(environment().err()))) {
            List<Handler> handlers = List.of(new TokenHandler(tokens, profile()), new StatusHandler(engine()));
            String where;
            if (TokenServer.inheritsSocket()) {
                server.onInheritedSocket(peers, handlers);
                where = "the inherited socket";
            } else {
                Path path = socket == null
                        ? SocketPlace.standard(environment(), engine().home())
                        : environment().path(socket.toString());
                server.onSocket(SocketPlace.take(engine().environment(), engine().home(), path), peers, handlers);
                where = path.toString();
            }
            if (loopback != null) {
                listen(server, loopback, List.of(new ClientHandler(engine(), tokens)));
            }
            Runnable cancelCloseOnSignal = ShutdownGuard.onSignal(server::close);
            RefreshThread refresher = RefreshThread.start(tokens);
            try {
                start(server, where);
                console().notice("serving on " + where + (listen == null ? "" : " and " + listen));
                new CountDownLatch(1).await();
            } finally {
                refresher.end();
                cancelCloseOnSignal.run();
            }
        } catch (InterruptedException e) {
            // Interrupted: ends normally.
        }
        return ExitCode.DONE;
    }

    private void listen(TokenServer server, InetSocketAddress loopback, List<Handler> handlers) {
        try {
            server.onLoopback(loopback, handlers);
        } catch (IOException e) {
            throw Failure.because(
                    e,
                    Kind.SOCKET_UNAVAILABLE,
                    loopback.getAddress().getHostAddress() + ":" + loopback.getPort(),
                    PortOwner.reason(e, loopback.getPort(), environment().system()),
                    "fix the cause, or choose another port with --listen");
        }
    }

    private static void start(TokenServer server, String where) {
        try {
            server.start();
        } catch (IOException e) {
            throw Failure.because(e, Kind.SOCKET_UNAVAILABLE, where, FileReason.of(e), SocketPlace.FIX_OR_CHOOSE);
        }
    }

    private Peers peers() {
        String user = "of this process";
        try {
            Peers peers = new Peers();
            for (int other : otherUsers) {
                if (other < 0) {
                    throw Failure.of(Kind.BAD_VALUE, "--allow-uid", other, "a numeric user id");
                }
                user = other + " of --allow-uid";
                peers.allow(other);
            }
            return peers;
        } catch (IOException e) {
            throw Failure.because(
                    e,
                    Kind.SOCKET_UNAVAILABLE,
                    "the socket",
                    "the system cannot look up the user " + user,
                    "fix the cause, then run the command again");
        }
    }

    private void noticeNotRefreshed(ProfileName name, Throwable why) {
        Explanation words = why instanceof Failure failure ? Explanation.of(failure) : Explanation.ofBug(why);
        console().notice("warning: profile '" + name + "' has not been refreshed yet: " + words.message());
        if (!(why instanceof Failure)) {
            program().trace(why);
        }
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
            // Reported below.
        }
        throw Failure.of(Kind.BAD_VALUE, "--listen", address, "127.0.0.1 with a port, such as 127.0.0.1:8485");
    }
}
