package dev.fleetauth.cli.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats and destinations of a token, the tokens that are not printed, and messages. */
@Tag("any-jdk")
class OutputTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;

    @BeforeEach
    void logIn() {
        fixture = ShellAndSandbox.tesla(folder).loggedIn();
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    @Test
    void rawIsTheTokenAndALineEnd() {
        String token = fixture.token();
        assertThat(fixture.sandbox.isActive(new Secret(token))).isTrue();
        assertThat(fixture.token("--format", "raw")).isEqualTo(token);
        assertThat(fixture.shell.run("refresh", "--format", "raw").exits(0).line())
                .isNotEqualTo(token)
                .isEqualTo(fixture.token());
    }

    @Test
    void headerIsARequestHeader() {
        assertThat(fixture.token("--format", "header")).isEqualTo("Authorization: Bearer " + fixture.token());
    }

    @Test
    @Tag("host-program")
    void curlAcceptsTheConfiguration() throws Exception {
        Programs.require("curl");
        String config = fixture.shell.run("token", "--format", "curl").exits(0).out();
        assertThat(output(config, "curl", "-sS", "-K", "-", fixture.issuer() + "/api/1/users/me"))
                .contains("sam@sandbox.example");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aShellAcceptsTheVariable() throws Exception {
        String line = fixture.token("--format", "env");
        assertThat(output("", "sh", "-c", "eval \"$1\"; sh -c 'printf %s \"$FLEETAUTH_ACCESS_TOKEN\"'", "sh", line))
                .isEqualTo(fixture.token());
    }

    /** Programs that read a dotenv file use everything after the equals sign, including quotes. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void dotenvHasTheTokenUnquoted() throws Exception {
        String line = fixture.token("--format", "dotenv");
        assertThat(line).isEqualTo("FLEETAUTH_ACCESS_TOKEN=" + fixture.token());
        assertThat(output(
                        "",
                        "sh",
                        "-c",
                        "set -a; eval \"$1\"; sh -c 'printf %s \"$FLEETAUTH_ACCESS_TOKEN\"'",
                        "sh",
                        line))
                .isEqualTo(fixture.token());
    }

    @Test
    void powershellIsAnAssignment() {
        assertThat(fixture.token("--format", "powershell"))
                .isEqualTo("$env:FLEETAUTH_ACCESS_TOKEN = '" + fixture.token() + "'");
    }

    @ParameterizedTest
    @EnumSource(TokenFormat.class)
    void aTokenWithInvalidCharactersIsNeverPrinted(TokenFormat format) {
        for (String token : List.of(
                "ab'; touch /tmp/x; '",
                "ab\\ncdefghi",
                "ab\\\"cdefghi",
                "ab cdefghi",
                "abäcdefghi",
                "$(id -u >x)",
                "========")) {
            fixture.shell.watch(token.translateEscapes());
            fixture.sandbox.enqueue(
                    Fault.member("access_token", '"' + token + '"').withMember("id_token", ""));
            fixture.shell
                    .run("refresh", "--format", format.name())
                    .exits(5)
                    .printsNothing()
                    .says("it contains characters that are not allowed in a bearer token");
            assertThat(assertThrows(Failure.class, () -> format.format(withToken(token.translateEscapes())))
                            .kind())
                    .as("a token stored by an earlier version")
                    .isEqualTo(Kind.UNPRINTABLE_TOKEN);
        }
        // The refresh tokens in the rejected responses were not lost.
        assertThat(fixture.shell
                        .run("refresh", "--format", format.name())
                        .exits(0)
                        .out())
                .isNotEmpty();
    }

    private Profile withToken(String token) {
        Profile profile = Objects.requireNonNull(fixture.shell.stored("default"));
        Tokens old = Objects.requireNonNull(profile.session().tokens());
        Tokens odd = new Tokens(
                new Secret(token),
                old.tokenType(),
                old.receivedAt(),
                old.expiresIn(),
                old.refreshToken(),
                old.refreshReceivedAt(),
                old.refreshExpiresAt(),
                old.idToken(),
                old.subject(),
                old.scopeGranted());
        return profile.withSession(profile.session().withTokens(odd, null));
    }

    @Test
    void aTokenOfAnotherTypeIsNotPrinted() {
        fixture.sandbox.enqueue(Fault.member("token_type", "\"DPoP\""));
        fixture.shell.run("refresh", "--format", "raw").exits(5).printsNothing().says("its type is not Bearer");
        fixture.sandbox.enqueue(Fault.member("token_type", "\"bearer\""));
        assertThat(fixture.shell.run("refresh", "--format", "header").exits(0).out())
                .startsWith("Authorization: Bearer ");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileIsCompleteAndPrivate() throws Exception {
        Path out = Files.writeString(folder.resolve("token.txt"), "an older and longer content".repeat(100));
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rw-rw-rw-"));
        fixture.shell.allowSecretsIn(out);
        fixture.shell.run("token", "--out", out.toString()).exits(0).printsNothing();
        assertThat(Files.readString(out)).isEqualTo(fixture.token() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatCannotBeWrittenLeavesNothing() throws Exception {
        List<Path> before = files();
        fixture.shell
                .run("token", "--out", folder.resolve("no/such/folder").toString())
                .exits(1)
                .printsNothing()
                .says("no/such/folder cannot be written: there is no directory " + folder.resolve("no"));
        Path target = Files.createDirectory(folder.resolve("taken"));
        fixture.shell
                .run("token", "--out", target.toString())
                .exits(1)
                .printsNothing()
                .says(target + " cannot be written: it is a directory");
        assertThat(target).isDirectory();
        Files.delete(target);
        assertThat(files()).isEqualTo(before);
    }

    /** A killed run leaves its temporary file. The next run removes it, but no file that may be in use. */
    @Test
    void leftoversOfAKilledRunAreRemoved() throws Exception {
        Path out = folder.resolve("token.txt");
        Path old = Files.writeString(folder.resolve(".token.txt8472629847.tmp"), "a token");
        Path young = Files.writeString(folder.resolve(".token.txt1847261.tmp"), "a tok");
        Path other = Files.writeString(folder.resolve(".token.txt~.tmp"), "somebody's own");
        for (Path file : List.of(old, other)) {
            Files.setLastModifiedTime(
                    file,
                    FileTime.from(Files.getLastModifiedTime(young).toInstant().minusSeconds(90)));
        }
        fixture.shell.allowSecretsIn(out);
        fixture.shell.run("token", "--out", out.toString()).exits(0);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(other).exists();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aDeviceIsNotReplacedByAFile() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process reader = new ProcessBuilder("cat", pipe.toString()).start();
        fixture.shell.run("token", "--out", pipe.toString()).exits(0).printsNothing();
        assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(fixture.token() + "\n");
        assertThat(Files.isRegularFile(pipe)).isFalse();
        fixture.shell
                .run("token", "--out", pipe.toString())
                .exits(1)
                .printsNothing()
                .says(pipe + " cannot be written: nothing reads from it");

        fixture.shell.run("token", "--out", "/dev/null").exits(0).printsNothing();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/dev/../dev/./stdout"})
    @EnabledOnOs(OS.LINUX)
    void pathsOfStandardOutputAreRecognized(String name) {
        assertThat(fixture.shell.run("token", "--out", name).exits(0).line()).isEqualTo(fixture.token());
    }

    /** For example, descriptors of files that the JVM has opened. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDescriptorThatIsNotOpenOnlyForOutputIsLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("library"), "precious");
        try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel both = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(reading.isOpen() && both.isOpen()).isTrue();
            List<Path> ours =
                    open.filter(descriptor -> leadsTo(descriptor, file)).toList();
            assertThat(ours).hasSize(2);
            List<String> reasons = new ArrayList<>();
            for (Path descriptor : ours) {
                String error = fixture.shell
                        .run("token", "--out", descriptor.toString())
                        .exits(1)
                        .printsNothing()
                        .err();
                reasons.add(error.lines().findFirst().orElse("").replaceFirst(".* cannot be written: ", ""));
            }
            assertThat(reasons)
                    .containsExactlyInAnyOrder(
                            "it is not open for output", "it is a file that is open for reading too");
        }
        assertThat(file).hasContent("precious");
        fixture.shell.run("token", "--out", "/dev/fd/999").exits(1).says("no such file");
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkIsFollowedToTheFile() throws Exception {
        Path real = Files.createDirectory(folder.resolve("elsewhere")).resolve("real");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("elsewhere/../elsewhere/real"));
        Path chain = Files.createSymbolicLink(folder.resolve("chain"), link);
        fixture.shell.allowSecretsIn(real).allowSecretsIn(link).allowSecretsIn(chain);
        for (String before : new String[] {null, "before"}) {
            if (before != null) {
                Files.writeString(real, before);
            }
            fixture.shell.run("token", "--out", chain.toString()).exits(0).printsNothing();
            assertThat(real).hasContent(fixture.token());
            assertThat(Files.isSymbolicLink(link) && Files.isSymbolicLink(chain))
                    .isTrue();
        }
        assertThat(real.getParent()).isDirectoryContaining(real::equals);

        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        fixture.shell
                .run("token", "--out", folder.resolve("loop").toString())
                .exits(1)
                .says("there are too many symbolic links");
        Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("no/such/folder"));
        fixture.shell
                .run("token", "--out", folder.resolve("nowhere").toString())
                .exits(1)
                .says("nowhere cannot be written: there is no directory");
    }

    /** Another user could have created the link, to have a file of this user overwritten. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkThatOthersMayHaveCreatedIsNotFollowed() throws Exception {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Path link = Files.createSymbolicLink(shared.resolve("token"), precious);
        Path subfolder = Files.createSymbolicLink(shared.resolve("folder"), folder);
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        for (Path out : List.of(link, subfolder.resolve("precious"))) {
            fixture.shell
                    .run("token", "--out", out.toString())
                    .exits(1)
                    .printsNothing()
                    .says("is a symbolic link that another user may have put there");
        }
        assertThat(precious).hasContent("precious");
        Path pipe = shared.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        fixture.shell.run("token", "--out", pipe.toString()).exits(1).says("pipe or device that another user may");

        Path out = shared.resolve("file");
        fixture.shell.allowSecretsIn(out);
        fixture.shell.run("token", "--out", out.toString()).exits(0).printsNothing();
        assertThat(out).hasContent(fixture.token());
    }

    @Test
    void quietPrintsOnlyErrorsAndAddressesToOpen() {
        assertThat(fixture.shell.run("-q", "refresh").exits(0).err()).isEmpty();
        fixture.shell.run("refresh", "--quiet").exits(0).printsNothing();
        assertThat(fixture.shell.run("-q", "logout").exits(0).err()).isEmpty();
        fixture.shell.run("-q", "token").exits(4).printsNothing().says("fleetauth: error: ", "hint: ");
        fixture.shell.browser(page -> false);
        assertThat(fixture.shell.run("-q", "revoke").exits(4).err().lines())
                .containsExactly(
                        fixture.issuer() + "/user/revoke/consent?revoke_client_id=" + fixture.sandbox.clientId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "header", "json", "curl", "env"})
    void aRefreshPrintsNothingButTheToken(String format) {
        fixture.expire();
        assertThat(fixture.shell.run("token", "--format", format).exits(0).err())
                .isEmpty();
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
    }

    @Test
    void colorsAreForTerminals() {
        String red = "\033[1;31m";
        fixture.shell.run("logout").exits(0);
        assertThat(fixture.shell.run("token").err()).doesNotContain("\033");
        assertThat(fixture.shell.run("--color", "always", "token").err()).startsWith(red + "fleetauth: error:\033[0m ");

        fixture.shell.terminal(new TestTerminal().showingErrors()).variable("TERM", "xterm-256color");
        assertThat(fixture.shell.run("token").err()).startsWith(red);
        assertThat(fixture.shell.run("token", "--color=never").err()).doesNotContain("\033");
        fixture.shell.variable("NO_COLOR", "1");
        assertThat(fixture.shell.run("token").err()).doesNotContain("\033");
        assertThat(fixture.shell.run("token", "--color=always").err())
                .as("an option takes precedence over a variable")
                .startsWith(red);
        fixture.shell.variable("NO_COLOR", null).variable("TERM", "dumb");
        assertThat(fixture.shell.run("token").err()).doesNotContain("\033");
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.list(folder)) {
            found.sorted().forEach(files::add);
        }
        return files;
    }

    private static String output(String input, String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
