package dev.fleetauth.reliability;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Runs the program with a request timeout of three seconds, so that tests are short. */
final class ShortTimeoutProcess {

    static final Duration LIMIT = Duration.ofSeconds(3);

    private static final Limits LIMITS = new Limits(Duration.ofSeconds(10), LIMIT);

    private ShortTimeoutProcess() {}

    /** Runs a command; with {@code POST}, an address and a certificate file, posts a form and prints the response. */
    public static void main(String[] args) throws IOException {
        if (!args[0].equals("POST")) {
            Environment real = Environment.ofThisProcess();
            System.exit(Cli.run(
                    new Environment(
                            real.in(),
                            real.out(),
                            real.err(),
                            real.variables(),
                            real.clock(),
                            real.random(),
                            real.terminal(),
                            real.browser(),
                            real.userHome(),
                            real.temporaryDirectory(),
                            real.system(),
                            real.uptime(),
                            LIMITS),
                    args));
        }
        try (var http = new BoundedHttp(Map.of(), Files.readString(Path.of(args[2])), "fleetauth/0", null, LIMITS)) {
            System.out.println(
                    http.post(URI.create(args[1]), Map.of(), "a=b", 64 * 1024).text());
        }
    }
}
