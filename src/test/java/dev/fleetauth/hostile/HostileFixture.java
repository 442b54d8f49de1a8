package dev.fleetauth.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import dev.fleetauth.hostile.Case.After;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.Timelapse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;

/** A hostile environment: a provider, a browser and files, and a shell with a session to start from. */
final class HostileFixture implements AutoCloseable {

    /** Short limits, which still suffice on a busy machine. */
    static final Limits SHORT_LIMITS = new Limits(Duration.ofSeconds(5), Duration.ofMillis(800));

    /** Control, bidirectional and invisible characters, except for line ends, which the program prints itself. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\\r\\n]]");

    final TestShell shell;
    final Rogue rogue;
    final Visitor visitor;
    private final Path folder;
    private final Path saved;
    private final Instant start;
    private final List<String> variables = new ArrayList<>();
    private @Nullable ServerSocket occupied;
    private @Nullable MockWebServer secured;

    HostileFixture(Path folder) {
        this.folder = folder;
        saved = folder.resolve("saved");
        shell = new TestShell(folder);
        start = shell.clock().instant();
        rogue = new Rogue(shell.clock());
        visitor = new Visitor(rogue);
        shell.browser(visitor);
        shell.variable("FLEETAUTH_CLIENT_SECRET", Rogue.CLIENT_SECRET);
        shell.run("login", "--issuer", rogue.issuer(), "--client-id", Rogue.CLIENT)
                .exits(0);
        shell.variable("FLEETAUTH_CLIENT_SECRET", null);
        delete(shell.home().resolve("discovery"));
        copy(shell.home(), saved);
    }

    /** Sets a variable for this case. */
    void variable(String name, String value) {
        shell.variable(name, value);
        variables.add(name);
    }

    /** Listens on an address; {@code {port}} then stands for the port. */
    void occupy(String address) {
        occupied = CallbackCases.listening(address);
    }

    /**
     * Serves HTTPS with a certificate; {@code {port}} then stands for the port. The file {@code given} contains the
     * root to trust.
     */
    void secure(HeldCertificate leaf, HeldCertificate root) {
        secured = new MockWebServer();
        secured.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(leaf)
                .build()
                .sslSocketFactory());
        try {
            Files.writeString(file("given"), root.certificatePem());
            secured.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file for this case. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Runs a case with the existing session. */
    void run(Case testCase) throws InterruptedException {
        reset();
        Session before = stored().session();
        perform(testCase, testCase.command());
        assertAfter(testCase.after(), before, stored());
    }

    /** Runs a login where there is no session, and not even a store. */
    void runOnAnEmptyHome(Case login) throws InterruptedException {
        reset();
        delete(shell.home());
        variable("FLEETAUTH_CLIENT_SECRET", Rogue.CLIENT_SECRET);
        perform(login, login.command().replaceFirst("login", "login --issuer {issuer} --client-id " + Rogue.CLIENT));
        assertAfterAFirstLogin(login.after(), shell.stored("default"));
    }

    private void perform(Case testCase, String command) throws InterruptedException {
        testCase.setup().accept(this);
        boolean polls = command.contains("--device");
        Result result =
                polls ? Timelapse.over(shell.clock(), () -> shell.run(words(command))) : shell.run(words(command));
        visitor.leave();
        assertThat(result.exitCode()).as(result.err()).isEqualTo(testCase.exit());
        assertThat(result.err() + result.out()).as("output").contains(testCase.output());
        assertThat(rogue.requests()).as("requests").isEqualTo(testCase.requests());
        assertThat(secured == null ? 0 : secured.getRequestCount()).isZero();
        assertThat(result.out() + result.err()).doesNotContain("canary").doesNotContainPattern(UNPRINTABLE);
    }

    private void assertAfterAFirstLogin(After after, @Nullable Profile now) {
        Tokens tokens = now == null ? null : now.session().tokens();
        assertThat(now != null && now.candidate() != null).as("has a candidate").isEqualTo(after == After.CANDIDATE);
        if (after == After.NEW) {
            assertThat(refreshToken(Objects.requireNonNull(tokens))).isEqualTo(rogue.refreshToken());
        } else {
            assertThat(tokens).as("no tokens were saved").isNull();
        }
    }

    private void assertAfter(After after, Session before, Profile now) {
        Session session = now.session();
        Tokens old = Objects.requireNonNull(before.tokens());
        assertThat(now.candidate() != null).as("has a candidate").isEqualTo(after == After.CANDIDATE);
        switch (after) {
            case SAME, CANDIDATE ->
                assertThat(session.withTokens(Objects.requireNonNull(session.tokens()), session.previous()))
                        .isEqualTo(before);
            case NEXT_REFRESH_TOKEN -> {
                Tokens tokens = Objects.requireNonNull(session.tokens());
                assertThat(refreshToken(tokens)).isEqualTo(rogue.refreshToken());
                assertThat(session.withTokens(
                                tokens.withRefreshToken(
                                        old.refreshToken(), old.refreshReceivedAt(), old.refreshExpiresAt()),
                                null))
                        .isEqualTo(before);
            }
            case NEW ->
                assertThat(refreshToken(Objects.requireNonNull(session.tokens())))
                        .isEqualTo(rogue.refreshToken());
            case REMOVED -> assertThat(session).isEqualTo(before.withoutTokens());
        }
    }

    private static String refreshToken(Tokens tokens) {
        return Objects.requireNonNull(tokens.refreshToken()).reveal();
    }

    private Profile stored() {
        return Objects.requireNonNull(shell.stored("default"));
    }

    private String[] words(String command) {
        return Stream.of(command.split(" ", -1))
                .map(word -> word.replace("{issuer}", rogue.issuer())
                        .replace("{folder}", folder.toString())
                        .replace("{port}", port()))
                .toArray(String[]::new);
    }

    private String port() {
        if (secured != null) {
            return String.valueOf(secured.getPort());
        }
        return occupied == null ? "" : String.valueOf(occupied.getLocalPort());
    }

    /** Restores the state after the first login. */
    private void reset() {
        delete(shell.home());
        copy(saved, shell.home());
        variables.forEach(name -> shell.variable(name, null));
        variables.clear();
        closeServers();
        delete(file("given"));
        shell.clock().advance(Duration.between(shell.clock().instant(), start));
        shell.limits(Limits.DEFAULT);
        rogue.beGood();
        visitor.sends(Visitor::answer);
    }

    private void closeServers() {
        try {
            if (occupied != null) {
                occupied.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        occupied = null;
        if (secured != null) {
            secured.close();
        }
        secured = null;
    }

    private static void delete(Path tree) {
        walk(tree, Comparator.reverseOrder(), (path, unused) -> Files.delete(path));
    }

    private static void copy(Path from, Path to) {
        walk(
                from,
                Comparator.naturalOrder(),
                (path, relative) -> Files.copy(path, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES));
    }

    private interface Step {
        void at(Path path, Path relative) throws IOException;
    }

    private static void walk(Path tree, Comparator<Path> order, Step step) {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(order).toList()) {
                step.at(path, tree.relativize(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        rogue.close();
    }
}
