package dev.fleetauth.reliability.shared;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.host.Environment;
import dev.fleetauth.testing.TcpProxy;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;

/** A host on which many clients request a token at once, each with its own home. They are threads, to save memory. */
final class HostProcess {

    private static final int MAX_ATTEMPTS = 4;

    private HostProcess() {}

    /**
     * Prints {@code ready on HOST}, waits for a file, and then prints each client's exit code and token; the clients'
     * messages go to standard error.
     *
     * @param args the directory of the homes, the file, and the number of clients; if the provider is on another host,
     *     also its port, to be forwarded from the loopback address of this host, and the host and port where it is
     *     reachable
     */
    public static void main(String[] args) throws Exception {
        if (args.length > 3) {
            new TcpProxy(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[3])),
                    new InetSocketAddress(args[4], Integer.parseInt(args[5])));
        }
        List<FutureTask<String>> clients = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            Path home = Path.of(args[0], "home" + i);
            clients.add(new FutureTask<>(() -> token(home)));
        }
        // Warms up the JVM, since real hosts have not just started, and checks the connection to the database.
        for (int i = 0; i < 10; i++) {
            String nobody = run(Path.of(args[0], "nobody"), "token", "--no-input", "-p", "nobody");
            if (!nobody.equals("3 ")) {
                throw new IllegalStateException(nobody);
            }
            // Opens the keys and the profile too.
            String status = run(Path.of(args[0], "nobody"), "status", "--no-input");
            if (!status.startsWith("0 ")) {
                throw new IllegalStateException(status);
            }
        }
        System.out.println("ready on " + Environment.ofThisProcess().host());
        while (!Files.exists(Path.of(args[1]))) {
            Thread.sleep(2);
        }
        for (FutureTask<String> client : clients) {
            Thread thread = new Thread(client, "client");
            thread.setDaemon(true);
            thread.start();
        }
        for (FutureTask<String> client : clients) {
            System.out.println(client.get());
        }
        System.exit(0);
    }

    /** On a busy machine, a client may give up before anything is sent: exit code 6, which means "try again". */
    private static String token(Path home) {
        String result = "6 ";
        for (int i = 0; i < MAX_ATTEMPTS && result.startsWith("6 "); i++) {
            result = run(home, "token", "--no-input");
        }
        return result;
    }

    /** Runs a command, and returns its exit code and output. */
    private static String run(Path home, String... command) {
        Environment real = Environment.ofThisProcess();
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        Map<String, String> variables = new HashMap<>(real.variables());
        variables.put("FLEETAUTH_HOME", home.toString());
        var environment = new Environment(
                InputStream.nullInputStream(),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                variables,
                real.clock(),
                real.random(),
                real.terminal(),
                real.browser(),
                real.userHome(),
                real.temporaryDirectory(),
                real.system(),
                real.uptime(),
                real.limits());
        int exitCode = Cli.run(environment, command);
        System.err.print(err.toString(StandardCharsets.UTF_8));
        return exitCode + " " + out.toString(StandardCharsets.UTF_8).strip();
    }
}
