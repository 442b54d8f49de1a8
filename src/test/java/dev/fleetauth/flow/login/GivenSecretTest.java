package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestTerminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in the input: wrapped, garbled, or of the wrong kind. */
@SuppressWarnings("NullAway.Init") // Each test calls begin().
@Tag("any-jdk")
class GivenSecretTest {

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell there;

    private void begin(ShellAndSandbox begun) throws IOException {
        fixture = begun;
        there = new TestShell(Files.createDirectory(folder.resolve("there"))).watch(fixture.sandbox);
    }

    @AfterEach
    void end() throws IOException {
        if (fixture != null) {
            fixture.close();
        }
    }

    private Path hereFolder() throws IOException {
        return Files.createDirectory(folder.resolve("here"));
    }

    private String refreshToken() {
        Profile profile = Objects.requireNonNull(fixture.shell.stored("default"));
        return Objects.requireNonNull(
                        Objects.requireNonNull(profile.session().tokens()).refreshToken())
                .reveal();
    }

    private String[] adopt(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "import",
                "--refresh-token-file",
                "-",
                "--type",
                "third-party",
                "--issuer",
                fixture.issuer(),
                "--client-id",
                fixture.sandbox.clientId()));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFF%s\r\n",
                "\"%s\",",
                "<%s>",
                "export TESLA_REFRESH_TOKEN='%s'\n",
                "Bearer %s",
                "{\"access_token\":\"x\",\"refresh_token\":\"%s\",\"expires_in\":28800}"
            })
    void aRefreshTokenIsExtractedFromItsWrapping(String wrapping) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        there.runWithInput(String.format(wrapping, refreshToken()), adopt()).exits(0);
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
    }

    @Test
    void anAccessTokenIsNotPostedAsARefreshToken() throws Exception {
        for (ShellAndSandbox begun : List.of(
                ShellAndSandbox.tesla(hereFolder()).loggedIn(),
                ShellAndSandbox.strict(Files.createDirectory(folder.resolve("strict")))
                        .loggedIn("--scope", "openid offline_access"))) {
            begin(begun);
            there.runWithInput(fixture.token(), adopt())
                    .exits(2)
                    .printsNothing()
                    .says("standard input does not contain a valid refresh token: it is a");
            String idToken = Objects.requireNonNull(
                            Objects.requireNonNull(Objects.requireNonNull(fixture.shell.stored("default"))
                                            .session()
                                            .tokens())
                                    .idToken())
                    .reveal();
            there.runWithInput(idToken, adopt()).exits(2).says("it is an id token");
            assertThat(fixture.posts("refresh_token")).isZero();
            there.run("status").exits(0).says("There is no profile yet");
            fixture.close();
            delete(folder.resolve("there"));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ta-secret.0123456789abcdef | a Tesla client secret",
                "TA-Secret.0123456789abcdef | a Tesla client secret",
                "$REFRESH_TOKEN | it is a placeholder for a token",
                "*** | it is a placeholder for a token",
                "null | it is a placeholder for a token",
                "%REFRESH_TOKEN% | it is a placeholder for a token",
                "undefined | it is a placeholder for a token",
                "eu-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | v2",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | v2",
                "https://localhost:8484/callback?code=NA_0123456789&state=x | a URL",
                "{\"access_token\":\"x\"} | JSON without a member refresh_token",
                "two words | spaces"
            })
    void otherTextIsNotPostedAsARefreshToken(String text, String why) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        there.runWithInput(text, adopt()).exits(2).says("does not contain a valid refresh token", why);
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    @Test
    void anExportIsNotPostedAsARefreshToken() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        fixture.shell.variable("FLEETAUTH_EXPORT_PASSPHRASE", "correct horse battery");
        String export = fixture.shell.run("export", "--copy").exits(0).line();
        there.runWithInput(export, adopt()).exits(2).says("a sealed file of fleetauth");
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    /** Refresh tokens of Keycloak, and of Tesla until 2024. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"iss\":\"https://sso.example\",\"aud\":\"https://sso.example\",\"typ\":\"Refresh\",\"scope\":\"openid\"}",
                "{\"iss\":\"https://auth.tesla.com/oauth2/v3\",\"aud\":\"https://auth.tesla.com/oauth2/v3/token\",\"scp\":[\"openid\"],\"amr\":[]}"
            })
    void aRefreshTokenMayBeAJwt(String claims) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String jwt = encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2lnbmF0dXJl";
        there.runWithInput(jwt, adopt()).exits(5).says("was issued to another application");
        assertThat(fixture.posts("refresh_token")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void utf16IsNamedAndNotPosted(String encoding) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        byte[] bytes = refreshToken().getBytes(Charset.forName(encoding));
        there.start(new ByteArrayInputStream(bytes), adopt())
                .end()
                .exits(2)
                .says("standard input does not contain a valid refresh token", "UTF-16");
        assertThat(fixture.posts("refresh_token")).isZero();
    }

    @Test
    void aRefusedImportLeavesNoProfile() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()).loggedIn());
        there.runWithInput(refreshToken(), adopt("--client-id", "another-client"))
                .exits(2);
        String[] words = adopt();
        words[words.length - 1] = fixture.sandbox.clientId().replace('-', '0');
        there.runWithInput(refreshToken(), words).exits(5);
        there.run("status").exits(0).says("There is no profile yet");

        there.runWithInput("NA_00000000000000000000000000000000", adopt())
                .exits(5)
                .says("login_required", "it was issued to another application", "No profile was created");
        there.run("status").exits(0).says("There is no profile yet");
        there.runWithInput(refreshToken(), adopt()).exits(0);

        String token = there.run("token").exits(0).line();
        there.runWithInput("NA_00000000000000000000000000000000", adopt("--replace"))
                .exits(5);
        assertThat(there.run("token").exits(0).line()).isEqualTo(token);
        there.run("refresh").exits(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--client-id", "FLEETAUTH_CLIENT_ID"})
    void aClientSecretIsRejectedAsAClientId(String where) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        String secret = "ta-secret.A0";
        there.watch(secret);
        String[] words = {"login", "--type", "third-party", "--issuer", fixture.issuer(), where, secret};
        if (!where.startsWith("-")) {
            there.variable(where, secret);
            words = new String[] {"login", "--type", "third-party", "--issuer", fixture.issuer()};
        }
        there.run(words)
                .exits(2)
                .printsNothing()
                .says(where + " does not contain a valid client id: it is a Tesla client secret");
        there.run("status").exits(0).says("There is no profile yet");
        assertThat(fixture.sandbox.received()).isEmpty();
    }

    /** A secret in the wrong place is not printed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--scope",
                "--audience",
                "--resource",
                "--region",
                "--type",
                "--client-auth",
                "-p",
                "--grant",
                "--redirect-uri",
                "--endpoint",
                "--issuer",
                "--cacert",
                "--client-secret-file",
                "--auth-code-file",
                "--timeout",
                "--home",
                "--store",
                "--color",
                "--unknown"
            })
    void aClientSecretInTheWrongOptionIsNotPrinted(String option) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        String secret = "ta-secret.Abc-0123456789";
        there.watch(secret);
        there.run("login", "--client-id", "x", option, secret).exits(2);
        there.run("login", "--client-id", "x", option + "=" + secret).exits(2);
        there.run("token", secret).exits(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openid %s",
                "%s openid",
                "client_secret=%s",
                "https://x.example/?client_secret=%s",
                "https%%3A%%2F%%2Fx.example%%3Fs%%3D%s",
                "curl -d 'a=b&client_secret=%s' https://x.example/",
                "{\"client_secret\":\"%s\"}",
                "Authorization: Bearer %s"
            })
    void aSecretWithinALongerValueIsNotPrinted(String value) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        for (String secret : List.of(
                "ta-secret.Abc-0123456789",
                "ta-secret.Q7x+kZ2mW9/vLp0sT4",
                "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
                "NA_5a6db07c0de15a6db07c0de15a6db07c")) {
            there.watch(secret);
            String given = value.formatted(secret);
            there.run("login", "--client-id", "x", "--scope", given).exits(2).says("argument 5");
            there.run("token", "--after-refresh=" + given).exits(2).says("argument 2");
        }
        // Text that may be a file name is not treated as a secret.
        for (String file : List.of("ta-secret.december.txt", "a/ta-secret.0123456789", "my-ta-secret.0123456789")) {
            there.run("inspect", file).exits(3).says("does not exist");
        }
    }

    /** A token is easily pasted where its file should be named. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
                "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
                "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXY.c2VhbGVk.dGFn",
                "\"EU_5a6db07c0de15a6db07c0de15a6db07c\"",
                "NA_5a6db07c0de15a6db07c0de15a6db07c"
            })
    void aTokenAmongTheArgumentsIsNotPrinted(String token) throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        there.watch(token.replaceAll("Bearer |\"", ""));
        for (String command : List.of("inspect", "import", "token", "status")) {
            there.run(command, token).exits(2).printsNothing().says("argument 2");
        }
        there.run(token).exits(2);
        there.run("status", "-p", token).exits(2);
        there.run("login", "--client-id=" + token).exits(2);
        there.run("import", "--refresh-token-file", token).exits(2);
        there.run("--" + token).exits(2);
        assertThat(fixture.sandbox.received()).isEmpty();
        // Text that is not a token may be a file name.
        there.run("inspect", "eyJhbGciOiJSUzI1NiJ9.jwt").exits(3).says("does not exist");
    }

    @Test
    void typedSecretsAreAlsoUnwrappedAndChecked() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        there.browser(Agent.allowing());
        there.variable("FLEETAUTH_CLIENT_ID", null)
                .terminal(new TestTerminal("\"" + fixture.sandbox.clientSecret().reveal() + "\""));
        there.run(fixture.loginWords()).exits(0);
        String secret = "ta-secret.Abc-0123456789";
        there.terminal(new TestTerminal(secret, secret, secret));
        there.run("login", "-p", "other", "--type", "third-party", "--issuer", fixture.issuer())
                .exits(2)
                .says("the input does not contain a valid client id");
    }

    @Test
    void aClientSecretIsExtractedFromItsWrapping() throws Exception {
        begin(ShellAndSandbox.tesla(hereFolder()));
        Path file = folder.resolve("secret");
        Files.writeString(
                file, "\uFEFFCLIENT_SECRET=\"" + fixture.sandbox.clientSecret().reveal() + "\"\r\n");
        there.allowSecretsIn(file).browser(Agent.allowing());
        String[] words = fixture.loginWords("--client-secret-file", file.toString());
        there.run(words).exits(0);
        assertThat(Objects.requireNonNull(there.stored("default"))
                        .session()
                        .settings()
                        .clientSecret())
                .isEqualTo(new Secret(fixture.sandbox.clientSecret().reveal()));
        Files.write(file, fixture.sandbox.clientSecret().reveal().getBytes(StandardCharsets.UTF_16));
        there.run(words).exits(2).says(file + " does not contain a valid client secret: it is UTF-16 text");
    }

    /** A decoder replaces a character that it cannot decode with U+FFFD. */
    @ParameterizedTest
    @CsvSource({
        "FLEETAUTH_CLIENT_SECRET, login",
        "FLEETAUTH_CLIENT_ID, login",
        "FLEETAUTH_HOME, status",
        "FLEETAUTH_PASSPHRASE, login",
        "FLEETAUTH_PASSPHRASE_FILE, login",
        "FLEETAUTH_KEY_FILE, login",
        "FLEETAUTH_KEY_COMMAND, login",
        "FLEETAUTH_PASSPHRASE_COMMAND, login",
        "FLEETAUTH_AFTER_REFRESH, token",
        "FLEETAUTH_EXPORT_PASSPHRASE, export",
        "FLEETAUTH_EXPORT_KEY_FILE, export",
        "FLEETAUTH_STORE, status",
        "FLEETAUTH_CACERT, login",
        "FLEETAUTH_ISSUER, login"
    })
    void aVariableThatLostACharacterIsRejected(String variable, String command) throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()));
        if (variable.contains("PASSPHRASE") || variable.contains("KEY_COMMAND")) {
            there.variable("FLEETAUTH_KEY_FILE", null);
        }
        TestShell.Result result = runWith(variable, "/tmp/gr\uFFFD\uFFFD\uFFFDer-sch\uFFFDner-weiter", command);
        result.exits(2).printsNothing().says(variable + " cannot be used", "U+FFFD");
    }

    private TestShell.Result runWith(String variable, String value, String command) {
        String[] words = command.equals("login")
                ? new String[] {
                    "login", "--issuer", fixture.issuer(), "--grant", "client-credentials", "--client-id", "x"
                }
                : new String[] {command};
        if (variable.equals("FLEETAUTH_ISSUER")) {
            words = new String[] {"login", "--client-id", "x"};
        }
        if (variable.equals("FLEETAUTH_CLIENT_ID")) {
            words = new String[] {"login", "--issuer", fixture.issuer(), "--grant", "client-credentials"};
        }
        Map<String, String> given = new TreeMap<>(Map.of("FLEETAUTH_CLIENT_SECRET", "a-secret"));
        given.put(variable, value);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exit = Cli.run(there.environmentWith(given, InputStream.nullInputStream(), out, err), words);
        return new TestShell.Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Only a byte order mark and a line end are not part of a passphrase; quotes and spaces are. */
    @Test
    void aPassphraseIsNotUnwrapped() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()));
        String passphrase = "  \"größer = schöner\" ";
        Path file = folder.resolve("passphrase");
        there.allowSecretsIn(file)
                .storePassphrase(passphrase)
                .variable("FLEETAUTH_KEY_FILE", null)
                .variable("FLEETAUTH_PASSPHRASE_FILE", file.toString())
                .variable(
                        "FLEETAUTH_CLIENT_SECRET",
                        fixture.sandbox.clientSecret().reveal());
        Files.writeString(file, passphrase);
        there.run(fixture.loginWords("--grant", "client-credentials", "--scope", "openid"))
                .exits(0);
        for (String same : List.of("\uFEFF" + passphrase, passphrase + "\n", "\uFEFF" + passphrase + "\r\n")) {
            Files.writeString(file, same);
            there.run("token").exits(0);
        }
        Files.writeString(file, passphrase.strip());
        there.run("token").exits(7).says("wrong key for");
        Files.write(file, passphrase.getBytes(StandardCharsets.UTF_16));
        there.run("token").exits(7).says(file.toString(), "UTF-16");
        Files.writeString(file, passphrase.replace('ö', '\uFFFD'));
        there.run("token").exits(7).says(file.toString(), "U+FFFD");
    }

    @Test
    void anArgumentThatLostACharacterIsRejected() throws Exception {
        begin(ShellAndSandbox.strict(hereFolder()));
        for (String[] words : new String[][] {
            {"token", "--home", "/tmp/Jos\uFFFD"},
            {"token", "--after-refresh", "cat > gr\uFFFDn.export"},
            {"token", "--out", "gr\uFFFDn"},
            {"exec", "--", "echo", "gr\uFFFDn"},
            {"login", "--client-id", "gr\uFFFDn"}
        }) {
            there.run(words).exits(2).printsNothing().says("argument ", "U+FFFD");
        }
        there.run("explain", "gr\uFFFDn").exits(2).says("no known error");
    }
}
