package dev.fleetauth.flow.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.tesla.ApplicationKey;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code register}: from a new application to its registration, and its failures. */
@Tag("any-jdk")
class RegisterTest {

    /** The public key of RFC 6979 A.2.5. */
    private static final String PEM = new ApplicationKey(
                    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")
            .pem();

    @TempDir
    Path folder;

    private ShellAndSandbox fixture;
    private TestShell shell;
    private Path keys;

    @BeforeEach
    void begin() {
        fixture = ShellAndSandbox.tesla(folder);
        shell = fixture.shell;
        keys = folder.resolve("keys");
        shell.allowSecretsIn(keys.resolve("private-key.pem"));
        shell.variable("FLEETAUTH_ISSUER", fixture.issuer())
                .variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.clientId())
                .variable(
                        "FLEETAUTH_CLIENT_SECRET",
                        fixture.sandbox.clientSecret().reveal());
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private String domain() {
        return fixture.sandbox.base().getAuthority();
    }

    private Result register(String... more) {
        List<String> words = new ArrayList<>(List.of("register", "--domain", domain()));
        words.addAll(List.of(more));
        return shell.run(words.toArray(String[]::new));
    }

    private Result registerNewKey(String... more) {
        List<String> words = new ArrayList<>(List.of("--new-key", keys.toString()));
        words.addAll(List.of(more));
        return register(words.toArray(String[]::new));
    }

    private void host(byte[] key) {
        fixture.sandbox.host(key);
    }

    private void hostPublicKey() throws IOException {
        host(Files.readAllBytes(keys.resolve("public-key.pem")));
    }

    /** Reads the private key; from then on the shell detects leaks of it. */
    private byte[] privateKey() throws IOException {
        Path file = keys.resolve("private-key.pem");
        // The first base64 line contains the whole private value; the rest is public.
        shell.watch(Files.readAllLines(file).get(1));
        return Files.readAllBytes(file);
    }

    @Test
    void aNewApplicationIsRegisteredStepByStep() throws Exception {
        Result first = registerNewKey().exits(4);
        byte[] secret = privateKey();
        assertThat(first.out()).contains("ok    key", "created private-key.pem and public-key.pem in " + keys);
        first.says(
                "Keep " + keys.resolve("private-key.pem") + " secret",
                "tesla-control and tesla-http-proxy",
                "fleetauth: error: " + fixture.issuer() + ApplicationKey.PATH + " does not serve the public key",
                "nothing was found (404)",
                "hint: host the public key there, then run the same command again",
                "Host " + keys.resolve("public-key.pem"),
                "- Your own web server",
                "- GitHub Pages",
                "- Another static host");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("private-key.pem"))))
                .isEqualTo("rw-------");
        assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();

        hostPublicKey();
        Result second = registerNewKey().exits(0);
        assertThat(second.out().lines().map(line -> line.strip().split(" +", 3)).filter(words -> words[0].equals("ok")))
                .extracting(words -> words[1])
                .containsExactly("key", "hosted-key", "token", "na", "pairing");
        assertThat(second.out())
                .contains(
                        "serves this key",
                        "registered: Tesla has this key for " + domain(),
                        "https://tesla.com/_ak/" + domain())
                .contains("after the vehicle's owner has logged in ('fleetauth login')");
        assertThat(fixture.sandbox.received(Endpoint.TOKEN))
                .extracting(request -> request.parameters().get("scope"))
                .containsExactly("openid");
        assertThat(registerNewKey().exits(0).err()).doesNotContain("private-key.pem");
        assertThat(privateKey()).isEqualTo(secret);
        assertThat(keys.toFile().list()).hasSize(2);

        int posts = posts();
        Result check = registerNewKey("--check").exits(0);
        assertThat(check.out().lines().map(line -> line.split(" +", 3)[1])).containsExactly("key", "hosted-key", "na");
        assertThat(posts()).isEqualTo(posts);
        fixture.loggedIn();
        registerNewKey("--check").exits(0);
    }

    @Test
    void theHostedKeyIsEnough() throws Exception {
        register().exits(4).says("create one with --new-key DIR", "Host public-key.pem at");
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        assertThat(register().exits(0).out()).contains("using the hosted one", "serves a key (P-256, SHA-256 ");
        Path file = Files.writeString(folder.resolve("public.pem"), PEM.replace("\n", "\r\n"));
        assertThat(register("--public-key", file.toString()).exits(0).out())
                .contains("found " + file, "serves this key");
        register("--public-key", file.toString(), "--check").exits(0);
    }

    @Test
    void aProfileHasItsOwnClient() throws Exception {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        fixture.loggedIn();
        fixture.loggedIn("-p", "car");
        shell.variable("FLEETAUTH_ISSUER", "https://elsewhere.example")
                .variable("FLEETAUTH_CLIENT_ID", "another")
                .variable("FLEETAUTH_CLIENT_SECRET", "another-secret-0123");
        register("-p", "car").exits(0);
        shell.run(
                        "export",
                        "-p",
                        "car",
                        "--export-key-file",
                        folder.resolve("test.key").toString())
                .exits(0);
        register("-p", "car").exits(3).says("was moved from");
    }

    @Test
    void withoutAClientTheMissingSettingsAreNamed() {
        shell.variable("FLEETAUTH_CLIENT_SECRET", null);
        register().exits(3).says("the client secret is not set", "FLEETAUTH_CLIENT_SECRET_FILE");
        shell.variable("FLEETAUTH_CLIENT_ID", null);
        register().exits(3).says("the client id and the client secret are not set", "fleetauth login -p default");
    }

    @Test
    void atATerminalTheClientIsPromptedFor() {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        shell.variable("FLEETAUTH_CLIENT_SECRET", null).variable("FLEETAUTH_CLIENT_ID", null);
        var terminal = new TestTerminal(
                "", fixture.sandbox.clientId(), fixture.sandbox.clientSecret().reveal());
        shell.terminal(terminal);
        register().exits(0);
        assertThat(terminal.prompts()).hasSize(3).last().asString().startsWith("Client secret (not shown)");
        shell.terminal(new TestTerminal(TestTerminal.CTRL_D));
        register().exits(5).says("canceled");
    }

    @Test
    void aClientWithoutASecretCannotRegister() {
        shell.browser(Agent.allowing())
                .variable("FLEETAUTH_CLIENT_SECRET", null)
                .variable("FLEETAUTH_CLIENT_ID", fixture.sandbox.publicClientId());
        shell.run("login", "--type", "open-source", "--redirect-uri", fixture.redirectUri)
                .exits(0);
        register().exits(2).says("type open-source", "no secret", "hint: with -p, choose a profile");
    }

    @Test
    void aStandardProviderHasNoRegistration() throws Exception {
        try (ShellAndSandbox strict = ShellAndSandbox.strict(Files.createDirectory(folder.resolve("strict")))
                .loggedIn()) {
            strict.shell
                    .run("register", "--domain", "example.com")
                    .exits(2)
                    .says("the issuer " + strict.issuer(), "only Tesla", "hint: choose a Tesla profile");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.com | 'example.com'",
                "Example.com | 'example.com'",
                "example.com:443 | 'example.com'",
                "example.com/x | 'example.com'",
                "münchen.de | 'xn--mnchen-3ya.de'",
                "localhost:1 | a domain name"
            })
    void onlyOneFormOfADomainIsAccepted(String domain, String meant) {
        shell.run("register", "--domain", domain, "--new-key", keys.toString())
                .exits(2)
                .printsNothing()
                .says(
                        "--domain '" + domain + "' is not valid",
                        "hint: use " + (meant.startsWith("a ") ? meant : "the domain name '" + meant + "'"));
        assertThat(keys).doesNotExist();
        assertThat(fixture.sandbox.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de | --region 'de' is not valid",
                "na,,eu | --region '' is not valid",
                "na,cn | --region cn cannot be used: the application belongs to region na",
                "' ' | --region"
            })
    void onlyRegionsOfTheApplicationAreAccepted(String regions, String words) {
        register("--region", regions).exits(2).says(words);
    }

    @Test
    void eachRegionIsRegisteredOnce() {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        assertThat(register("--region", "NA, eu,na").exits(0).out()).contains("ok    na", "ok    eu");
        assertThat(posts()).isEqualTo(2);
        assertThat(register("--region", "eu", "--check").exits(0).out())
                .contains("ok    eu")
                .doesNotContain(" na ");
    }

    @Test
    void theKeyOptionsExcludeEachOther() {
        register("--public-key", "a", "--new-key", "b").exits(2);
        shell.run("register").exits(2).says("--domain");
        shell.run("register", "--domain", "").exits(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "it is empty | ''",
                "a byte order mark | BOM",
                "it is a certificate | -----BEGIN CERTIFICATE-----",
                "a private key, which must not leave this machine | -----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEINumberOfAPrivateKey",
                "an encrypted private key | -----BEGIN ENCRYPTED PRIVATE KEY-----\\nMHcCAQEEINumberOfAPrivateKey",
                "it is not a key in PEM | hello"
            })
    void aFileThatIsNotAPublicKeyIsRejected(String why, String content) throws IOException {
        String text = content.equals("BOM") ? "\uFEFF" + PEM : content.translateEscapes();
        Path file = Files.writeString(folder.resolve("public.pem"), text);
        Result result = register("--public-key", file.toString()).exits(2).printsNothing();
        assertThat(result.says(file + " cannot be used: ", why, "hint: ").err()).doesNotContain("MHcCAQEEI");
        assertThat(fixture.sandbox.received()).isEmpty();
        assertThat(register("--public-key", file.toString(), "--check", "--format", "json")
                        .exits(2)
                        .out())
                .contains(why)
                .doesNotContain("MHcCAQEEI");
    }

    @Test
    void aFileThatCannotBeReadIsRejected() throws IOException {
        register("--public-key", folder.resolve("none.pem").toString()).exits(3).says("cannot be read");
        register("--public-key", folder.toString()).exits(3).says("cannot be read");
        Path large = Files.write(folder.resolve("large.pem"), new byte[20_000]);
        register("--public-key", large.toString()).exits(2).says("larger than 16384 bytes");
    }

    @ParameterizedTest
    @CsvSource({"rwxrwx---, 0770", "rwx----w-, 0702", "rwxrwxrwx, 0777"})
    void aDirectoryThatOthersCanWriteToIsRejected(String permissions, String mode) throws IOException {
        Files.createDirectory(keys);
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString(permissions));
        registerNewKey().exits(2).printsNothing().says("other users can write to it (" + mode + ")", "chmod go-w");
        assertThat(keys).isEmptyDirectory();
        registerNewKey("--check").exits(2);
    }

    @Test
    void aDirectoryThatOthersCanReplaceIsRejected() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        register("--new-key", open.resolve("keys").toString())
                .exits(2)
                .says("other users can replace it", open.toString());
        register("--new-key", open.resolve("a/b").toString())
                .exits(2)
                .says("other users can replace it", open.toString());
        assertThat(open).isEmptyDirectory();
        Path link = Files.createSymbolicLink(open.resolve("link"), Files.createDirectory(folder.resolve("mine")));
        Files.setPosixFilePermissions(folder.resolve("mine"), PosixFilePermissions.fromString("rwx------"));
        register("--new-key", link.toString()).exits(2).says("other users can replace it", open.toString());
        Path inside = Files.createDirectory(
                open.resolve("own"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        register("--new-key", inside.toString()).exits(2).says("other users can replace it", open.toString());
        register("--new-key", Files.createFile(folder.resolve("file")).toString())
                .exits(2)
                .says("it is not a directory");
        register("--new-key", folder.resolve("file").resolve("keys").toString())
                .exits(7)
                .says("cannot be written");
    }

    @Test
    void aPrivateKeyThatOthersCanReadIsRejected() throws IOException {
        registerNewKey().exits(4);
        privateKey();
        Path file = keys.resolve("private-key.pem");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        registerNewKey().exits(2).says(file.toString(), "other users can read or change it (0640)", "chmod 600");
        registerNewKey("--check").exits(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\\nMII | it is encrypted",
                "-----BEGIN EC PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED | it is encrypted",
                "-----BEGIN EC PRIVATE KEY-----\\r\\nProc-Type: 4,ENCRYPTED | it is encrypted",
                "-----BEGIN RSA PRIVATE KEY-----\\nMII | not an EC private key",
                "-----BEGIN OPENSSH PRIVATE KEY-----\\nb3B | not an EC private key",
                "-----BEGIN PUBLIC KEY-----\\nMII | not an EC private key",
                "-----BEGIN CERTIFICATE-----\\nMII | not an EC private key",
                "'' | not an EC private key",
                "-----BEGIN EC PRIVATE KEY-----\\nMHc | there is only the private key",
                "-----BEGIN PRIVATE KEY-----\\nMIG | there is only the private key",
                "-----BEGIN EC PARAMETERS-----\\nBgg | there is only the private key"
            })
    void anExistingPrivateKeyIsUsedIfPossible(String content, String why) throws IOException {
        Files.createDirectory(keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.writeString(keys.resolve("private-key.pem"), content.translateEscapes());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        registerNewKey().exits(2).says(why, "hint: ");
        assertThat(file).hasContent(content.translateEscapes());
        if (why.startsWith("there is only")) {
            Files.writeString(keys.resolve("public-key.pem"), PEM);
            host(PEM.getBytes(StandardCharsets.US_ASCII));
            registerNewKey().exits(0);
        }
    }

    /** A killed run left a pair in temporary files, and then another private key was put in place. */
    @Test
    void aPublicKeyOfAnotherPairIsNotUsed() throws IOException {
        registerNewKey().exits(4);
        privateKey();
        for (String name : List.of("private-key.pem", "public-key.pem")) {
            Files.move(keys.resolve(name), keys.resolve(name + ".next"));
        }
        shell.allowSecretsIn(keys.resolve("private-key.pem.next"));
        Path own = Files.writeString(keys.resolve("private-key.pem"), "-----BEGIN EC PRIVATE KEY-----\nMHc");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
        registerNewKey().exits(2).says("there is only the private key");
        assertThat(keys.resolve("public-key.pem")).doesNotExist();
    }

    @Test
    void aPublicKeyNeedsNoPrivateKey() throws IOException {
        Files.createDirectory(keys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(keys.resolve("public-key.pem"), PEM);
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        registerNewKey().exits(0).says("There is no private-key.pem in " + keys);
        assertThat(keys.resolve("private-key.pem")).doesNotExist();
    }

    @Test
    void whatIsHostedIsReported() throws IOException {
        registerNewKey().exits(4);
        privateKey();
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        registerNewKey().exits(4).says("it serves another key (SHA-256 ", ", not ", "Host ");
        host("<!DOCTYPE html><title>hello</title>".getBytes(StandardCharsets.US_ASCII));
        registerNewKey().exits(4).says("it is an HTML page");
        host(Files.readAllBytes(keys.resolve("private-key.pem")));
        registerNewKey().exits(4).says("it serves a private key, which anyone can read", "create another key pair");
        host(new byte[20_000]);
        registerNewKey().exits(4).says("larger than 16384 bytes");
        fixture.sandbox.enqueue(Endpoint.HOSTED_KEY, Fault.response(403, "text/html", "<html>Access Denied</html>"));
        registerNewKey().exits(4).says("status 403");
        fixture.sandbox.enqueue(Endpoint.HOSTED_KEY, Fault.response(503, "text/plain", ""));
        registerNewKey().exits(6).says("failed temporarily (503)");
        fixture.sandbox.enqueue(
                Endpoint.HOSTED_KEY,
                Fault.response(302, "text/plain", "").withHeader("Location", "http://127.0.0.1:1/other"));
        registerNewKey().exits(4).says("it redirects (302) to http://127.0.0.1:1/other, which is on this machine");
        assertThat(fixture.sandbox.received(Endpoint.TOKEN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unauthorized_client | 5 | unauthorized_client",
                "invalid_scope | 5 | invalid_scope",
                "429 | 6 | is rate-limiting requests",
                "503 | 6 | failed temporarily"
            })
    void aRefusedPartnerTokenPointsToThePortal(String name, int exitCode, String words) {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        fixture.sandbox.enqueue(name);
        Result result = register().exits(exitCode);
        assertThat(result.err()).contains(words);
        assertThat(result.err().contains("grant type client-credentials")).isEqualTo(exitCode == 5);
        assertThat(posts()).isZero();
        fixture.sandbox.enqueue(name);
        assertThat(register("--check").exits(exitCode).out()).contains("bad   na", words);
        register().exits(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key-taken | Public key hash has already been taken | a key pair for this application only",
                "domain-taken | Domain has already been taken | the client id of that application",
                "allowed-origin | must match registered allowed origin | to the allowed origins in the developer portal"
            })
    void aRefusedRegistrationIsExplained(String name, String words, String remedy) {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        fixture.sandbox.enqueue(name);
        register().exits(5).says("api/1/partner_accounts refused the request: ", words, "hint: ", remedy);
        assertThat(register("--check").exits(4).out()).contains("bad   na", "is not registered in region na");
        register().exits(0);
    }

    @Test
    void anExistingRegistrationIsNoFailure() {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        register().exits(0);
        fixture.sandbox.enqueue("key-taken");
        assertThat(register().exits(0).out()).contains("already registered: Tesla has this key");
    }

    @Test
    void anotherRegisteredKeyIsFoundAndReplaced() throws IOException {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        register().exits(0);
        registerNewKey().exits(4);
        privateKey();
        hostPublicKey();
        assertThat(registerNewKey("--check").exits(4).out())
                .contains(
                        "bad   na", "Tesla has another key for this domain", "fleetauth register --domain " + domain());
        registerNewKey().exits(0);
        registerNewKey("--check").exits(0);
    }

    @Test
    void aFailingRegionDoesNotStopTheOthers() {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        fixture.sandbox.enqueue("allowed-origin");
        Result result = register("--region", "na,eu").exits(5);
        assertThat(result.out()).contains("ok    eu").doesNotContain("ok    na", "pairing");
    }

    @Test
    void theKeyIsReadBackWithAVehicleScopeIfNeeded() {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 2; i++) {
            fixture.sandbox.enqueue(Endpoint.PARTNER_ACCOUNTS, Fault.slow(Duration.ZERO));
            fixture.sandbox.enqueue(
                    Endpoint.PARTNER_ACCOUNTS,
                    Fault.response(403, "application/json", "{\"error\":\"Unauthorized missing scopes\"}"));
        }
        register().exits(0);
        assertThat(fixture.sandbox.received(Endpoint.TOKEN))
                .extracting(request -> request.parameters().get("scope"))
                .containsExactly("openid", "openid vehicle_device_data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"response\":{}}", "{\"response\":{\"public_key\":7}}", "[]", "x"})
    void aResponseWithoutAKeyIsAnError(String answer) {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        fixture.sandbox.enqueue(Endpoint.PARTNER_ACCOUNTS, Fault.slow(Duration.ZERO));
        fixture.sandbox.enqueue(Endpoint.PARTNER_ACCOUNTS, Fault.response(200, "application/json", answer));
        assertThat(register().err()).contains("fleetauth: error:");
        register().exits(0);
    }

    @Test
    void theTableShowsEverythingThatIsMissing() {
        Result check = registerNewKey("--check").exits(2);
        assertThat(check.out())
                .contains("bad   key", "there is no key pair yet", "bad   hosted-key", "bad   na", "is not registered")
                .doesNotContain("pairing");
        assertThat(keys).doesNotExist();
        assertThat(posts()).isZero();
    }

    @Test
    void aLoginReportsWhetherTheApplicationIsRegistered() throws IOException {
        shell.browser(Agent.allowing());
        String lastLine = lastLine(fixture.login().exits(0));
        assertThat(lastLine)
                .contains("check the registration in region", "'fleetauth register --domain DOMAIN' to check");
        assertThat(lastLine(fixture.login("-p", "two").exits(0)))
                .contains("'fleetauth register -p two --domain DOMAIN'");
        assertThat(lastLine(shell.run("login").exits(0))).startsWith("Next: ");

        assertThat(shell.run("doctor").out())
                .contains(
                        "note  register  the application's registration",
                        "if the Fleet API returns 412",
                        "'fleetauth register -p default --domain DOMAIN --check'");

        host(PEM.getBytes(StandardCharsets.US_ASCII));
        register().exits(0);
        assertThat(shell.run("doctor").out())
                .contains("ok    register  the application is registered with " + domain());
        assertThat(lastLine(fixture.login("-p", "three").exits(0)))
                .isEqualTo("The application is registered with " + domain() + " in region na, as found on "
                        + shell.clock().instant().toString().substring(0, 10) + ".");
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        fixture.sandbox.enqueue(Endpoint.PARTNER_ACCOUNTS, Fault.slow(Duration.ZERO));
        fixture.sandbox.enqueue(
                Endpoint.PARTNER_ACCOUNTS, Fault.response(404, "application/json", "{\"error\":\"No account\"}"));
        register().exits(4).says("is not registered in region na");
        assertThat(lastLine(fixture.login("-p", "four").exits(0))).contains("check the registration");
        for (String content : List.of("", "{", "[]", "{\"" + fixture.sandbox.clientId() + " na\":7}")) {
            Files.writeString(shell.home().resolve("registrations.json"), content);
            fixture.login("-p", "five", "--replace").exits(0);
            shell.run("logout", "-p", "five", "--forget").exits(0);
            register("--check").exits(0);
            assertThat(shell.home().resolve("registrations.json")).hasContent(content);
        }
    }

    private static String lastLine(Result result) {
        return result.err().lines().reduce("", (one, next) -> next);
    }

    @Test
    void aTerminalShowsTheAddressAsAQrCode() throws IOException {
        host(PEM.getBytes(StandardCharsets.US_ASCII));
        shell.variable("LC_ALL", "C.UTF-8").variable("TERM", "xterm");
        shell.terminal(new TestTerminal().showingOutput(80));
        assertThat(register().exits(0).out()).contains("\u2580", "https://tesla.com/_ak/" + domain());
        assertThat(register("--check").exits(0).out()).doesNotContain("\u2580");
        assertThat(register("--format", "json").exits(0).out()).doesNotContain("\u2580");
        shell.variable("NO_COLOR", "1");
        assertThat(register().exits(0).out()).doesNotContain("\u2580");
        shell.variable("NO_COLOR", null).variable("LC_ALL", "C");
        assertThat(register().exits(0).out()).doesNotContain("\u2580");
        shell.variable("LC_ALL", "C.UTF-8").terminal(new TestTerminal().showingOutput(30));
        assertThat(register().exits(0).out()).doesNotContain("\u2580");
        shell.terminal(new TestTerminal());
        assertThat(register("--color", "always").exits(0).out()).doesNotContain("\u2580");
    }

    private int posts() {
        return (int) fixture.sandbox.received(Endpoint.PARTNER_ACCOUNTS).stream()
                .filter(request -> request.method().equals("POST"))
                .count();
    }
}
