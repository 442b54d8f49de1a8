package dev.fleetauth.flow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.KnownError;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.tesla.KnownErrors;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import dev.fleetauth.testing.TestTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code explain}: what it understands, what it says, and what it never repeats. */
@Tag("any-jdk")
class ExplainTest {

    private static final String CODE = "EU_0123456789abcdef0123456789abcdef";
    private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIHBlcnNvbiJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

    @TempDir
    private Path folder;

    private TestShell shell;

    @BeforeEach
    void begin() {
        shell = new TestShell(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "login_required, at the token endpoint",
        "LOGIN_REQUIRED, in the callback of a login",
        "403, Access Denied (403)",
        "412, must be registered in the current region (412)",
        "421, user out of region (421)",
        "424, Public key download failed (424)",
        "429, 'Retry-After'",
        "404, not belong to this account",
        "405, 'the method, GET or POST'",
        "422, see 'messages'",
        "499, closed the connection",
        "540, the vehicle itself returned an error",
        "access_denied, denied access",
        "unsupported_token_type, at the revocation endpoint"
    })
    void aCodeOrAStatusIsExplained(String error, String expected) {
        assertThat(shell.run("explain", error).exits(0).out()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"login_required\",\"error_description\":\"x\"} | at the token endpoint",
                "{\"response\":null,\"error\":\"Public key download failed for https://a.example/k, error: too large\",\"txid\":\"92e8f39a5fc4c89c2794f3aa8fc42152\"}"
                        + " | reference   92e8f39a5fc4c89c2794f3aa8fc42152",
                "{\"error\":{\"message\":\"We don't recognize this redirect URI/URL.\",\"code\":400,\"reason\":\"AuthorizationError\",\"referenceID\":\"1e4bff194e894618a80439498b20549a-1697875590936\"}}"
                        + " | reference   1e4bff194e894618a80439498b20549a-1697875590936",
                "{\"response\":null,\"error\":\"invalid_request\",\"error_description\":\"\",\"txid\":\"x\"} | field or command is unknown",
                "{\"response\":null,\"error\":\"invalid_field\",\"txid\":\"x\"} | invalid_request (400), at the Fleet API",
                "{\"response\":null,\"error\":\"not_found\",\"error_description\":\"\"} | not belong to this account",
                "{\"response\":null,\"error\":\"invalid_resource\",\"messages\":{\"vin\":[\"x\"]}} | says what is wrong with each field",
                "<!DOCTYPE html><html><head><title>Oops</title></head><body>No policy rules</body></html> | not provisioned",
                "http://localhost:8484/callback?error=login_cancelled&state=abc | canceled the login",
                "error=consent_required&state=abc | has not granted this application access",
                "The 'redirect_uri' supplied is not registered for this 'client_id'. | exactly match"
            })
    void aResponseIsExplained(String answer, String expected) {
        assertThat(pasted(answer).exits(0).out()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "forbidden, see https://developer.tesla.com/docs/fleet-api | it has refused most programs since 6/2026",
                "Endpoint is only available on fleetapi | login --type third-party",
                "Endpoint is only available on fleetapi. | login --type third-party",
                "account disabled: EXCEEDED_LIMIT | billing limit",
                "unknown user | was never used in the mobile app",
                "user not found | a different portal",
                "user_not_found | a different portal",
                "User revoked the consent. | run 'fleetauth login' again",
                "Public key hash has already been taken | a key pair for this application only",
                "Something went wrong. Try again later | No policy rules",
                "client_not_found | a client id from this region's portal",
                "Invalid resource | another region or portal"
            })
    void commonErrorsAreExplained(String error, String expected) {
        String json = "{\"error\":\"" + error + "\",\"error_description\":\"\"}";
        for (String given : List.of(error, error.toUpperCase(Locale.ROOT), json, "HTTP/1.1 403 Forbidden\n\n" + json)) {
            assertThat(pasted(given).exits(0).out())
                    .as(given)
                    .containsOnlyOnce("  meaning ")
                    .contains(expected)
                    .doesNotContain("Only the status matches");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-30 06:48:09,409 ERROR [http-1] call failed: 403 {\"error\": \"account disabled: EXCEEDED_LIMIT\"}",
                "2026-11-30 06:48:09.401 WARN sent {'vin': '5YJ'}, got 403 {\"response\":null,\"error\":\"account disabled: EXCEEDED_LIMIT\"} in 500 ms",
                "403 Client Error: {'response': None, 'ok': False, 'error': 'account disabled: EXCEEDED_LIMIT', 'error_description': ''}",
                "{'response': None, 'retry': True, 'n': (1, 2), 'error': \"account disabled: EXCEEDED_LIMIT\", 'x': u'it\\'s'} (status 403)",
                "<Response [403]> b'{\"error\": \"account disabled: EXCEEDED_LIMIT\"}'",
                "fleet: 403 account disabled: EXCEEDED_LIMIT",
                "a line before\nstatus=403 body={\"error\": \"account disabled: EXCEEDED_LIMIT\"}\na line after"
            })
    void linesOfLogsAndPythonDictsAreExplained(String line) {
        String out = pasted(line).exits(0).out();
        assertThat(out).contains("billing limit").doesNotContain("the user has not granted", "Only the status matches");
        assertThat(line.startsWith("{") || out.contains("status      403"))
                .as(out)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 403 Forbidden\n\n{\"error\":\"of_tomorrow\"}",
                "HTTP/1.1 403 Forbidden\n\n",
                "HTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n<html><title>No</title></html>",
                "ERROR 403 {\"error\": \"of_tomorrow\"}",
                "403 {'error': 'of_tomorrow'}",
                "403 nobody knows why"
            })
    void forAnUnknownErrorOnlyTheStatusMatches(String answer) {
        assertThat(pasted(answer).exits(0).out()).contains("Only the status matches", "(403)");
        assertThat(shell.runWithInput(answer, "explain", "-", "--format", "json")
                        .exits(0)
                        .out())
                .contains("\"only_status_matches\" : true");
        assertThat(shell.run("explain", "403").exits(0).out()).doesNotContain("Only the status matches");
    }

    /** A proxy's response precedes the server's; HTTP/2 has no reason phrase. */
    @Test
    void outputOfCurlWithHeadersIsExplained() {
        String answer = String.join(
                "\r\n",
                "HTTP/1.1 200 Connection established",
                "",
                "HTTP/2 403 ",
                "server: AkamaiGHost",
                "content-type: text/html",
                "x-reference-error: 18.5e3a1cb8.1764000000.1f2e3d4c",
                "",
                "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>You don't have permission to access it</BODY></HTML>");
        assertThat(pasted(answer).exits(0).out())
                .startsWith("  status      403" + System.lineSeparator())
                .contains("title       Access Denied", "reference   18.5e3a1cb8.1764000000.1f2e3d4c")
                .contains("do not retry in a loop")
                .doesNotContain("permission", "missing scopes");
    }

    @Test
    void onlyTheTitleOfAPageIsQuoted() {
        String out = pasted(
                        "<html><title>Something &#119;ent\u001b[2J wrong</title><p>No policy rules, dear Sam</html>")
                .exits(0)
                .out();
        assertThat(out).contains("title       Something went [2J wrong").doesNotContain("dear Sam", "\u001b");
    }

    @Test
    void theMessageOfAPageInJsonIsNotCalledATitle() {
        assertThat(pasted("{\"error\":{\"message\":\"We don't recognize this redirect URI/URL.\",\"code\":400,"
                                + "\"reason\":\"AuthorizationError\"}}")
                        .exits(0)
                        .out())
                .contains("said        AuthorizationError: We don't recognize this redirect URI/URL.")
                .doesNotContain("title");
    }

    @Test
    void aRegionIsReadFromA421() {
        assertThat(pasted(
                                "HTTP/1.1 421 Misdirected Request\n\n{\"response\":null,\"error\":\"user out of region, use base URL:"
                                        + " https://fleet-api.prd.eu.vn.cloud.tesla.com, see https://developer.tesla.com/docs\"}")
                        .exits(0)
                        .out())
                .contains("base url    https://fleet-api.prd.eu.vn.cloud.tesla.com", "region      eu");
        assertThat(pasted(
                                "HTTP/1.1 421 \n\n{\"error\":\"user out of region, use base URL: https://tesla.com.example\"}")
                        .exits(0)
                        .out())
                .doesNotContain("base url", "region      ");
    }

    @Test
    void theScopesThatAreMissingAreNamed() {
        assertThat(pasted("{\"response\":null,\"error\":\"Unauthorized missing scopes vehicle_location\"}")
                        .exits(0)
                        .out())
                .contains("missing scopes", "vehicle_location", "login --reconsent");
    }

    @Test
    void aCallbackWithACodeIsNoErrorAndNotPrinted() {
        shell.watch(CODE);
        Result result = pasted("http://localhost:8484/callback?code=" + CODE + "&state=0123456789");
        result.exits(0).printsNothing().says("a callback with a code, not an error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"access_token\":\"" + TOKEN + "\",\"expires_in\":28800}",
                "HTTP/1.1 200 OK\n\n{\"refresh_token\":\"" + CODE + CODE + "\"}",
                TOKEN,
                "Bearer " + TOKEN
            })
    void tokensAreNoErrorAndNotPrinted(String tokens) {
        shell.watch(TOKEN).watch(CODE);
        pasted(tokens).exits(0).printsNothing().says("These are tokens, not an error");
    }

    @Test
    void aTokenInTheArgumentIsNotPrinted() {
        shell.watch(TOKEN).watch("ta-secret.0123456789");
        shell.run("explain", TOKEN).exits(0).printsNothing();
        shell.run("explain", "ta-secret.0123456789").exits(2).printsNothing();
    }

    @Test
    void secretsInAnErrorAreNotPrinted() {
        shell.watch(TOKEN).watch(CODE);
        pasted("{\"error\":\"invalid_grant\",\"error_description\":\"The token " + TOKEN + " is over\"}")
                .exits(0);
        pasted("http://localhost/?error=access_denied&error_description=the+code+" + CODE)
                .exits(0);
        pasted("{\"error\":\"invalid_grant\",\"referenceID\":\"" + TOKEN + "\"}")
                .exits(0);
        pasted("HTTP/1.1 401 \nSet-Cookie: session=" + TOKEN + "\n\n{\"error\":\"" + TOKEN + "\"}")
                .exits(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "418",
                "{}",
                "[]",
                "",
                "{\"error\":\"of_tomorrow\"}",
                "<html><title>A blog</title></html>",
                "error=",
                "HTTP/1.1 200 OK",
                "%zz&code=%"
            })
    void anUnknownErrorIsReportedAsUnknown(String answer) {
        pasted(answer).exits(2).printsNothing().says("no known error matches", "hint: run 'fleetauth explain'");
    }

    @Test
    void detailsOfAnUnknownErrorAreReported() {
        pasted("HTTP/1.1 418 \n\n{\"error\":\"teapot\",\"txid\":\"92e8f39a5fc4c89c2794f3aa8fc42152\"}")
                .exits(2)
                .says("status 418", "said teapot", "reference 92e8f39a5fc4c89c2794f3aa8fc42152");
    }

    @Test
    void anOversizedInputIsRejected() {
        pasted("a".repeat(2 * 1024 * 1024)).exits(3).printsNothing().says("too large");
        pasted("a".repeat(1000 * 1024)).exits(0);
        pasted("a:b ".repeat(200 * 1024)).exits(2);
    }

    @Test
    void withoutAnErrorEachKnownErrorIsListedOnALine() {
        List<String> lines = shell.run("explain").exits(0).out().lines().toList();
        for (KnownError known : KnownErrors.ALL) {
            assertThat(lines)
                    .filteredOn(line -> line.matches("  \\Q" + known.code() + "\\E +\\S.*"))
                    .as(known.code())
                    .isNotEmpty();
        }
        assertThat(lines).contains("In the callback of a login:").hasSizeLessThan(KnownErrors.ALL.size() + 20);
    }

    @Test
    void theListFitsTheTerminal() {
        shell.terminal(new TestTerminal().showingOutput(80));
        assertThat(shell.run("explain").exits(0).out().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void wordsNeedNoQuotes() {
        assertThat(shell.run("explain", "No", "policy", "rules").exits(0).out())
                .isEqualTo(shell.run("explain", "No policy rules").exits(0).out());
    }

    @ParameterizedTest
    @CsvSource({
        "login_requird, login_required",
        "invlid_grant, invalid_grant",
        "No policy rule, No policy rules",
        "unknwon user, unknown user"
    })
    void aSimilarErrorIsSuggested(String typed, String meant) {
        shell.run("explain", typed).exits(2).says("did you mean '" + meant + "'? run 'fleetauth explain'");
    }

    /** What a profile sent is shown only with -p: otherwise, the store is not opened. No request is ever sent. */
    @Test
    void withAProfileWhatWasSentIsShown() throws Exception {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")))) {
            fixture.shell.browser(Agent.allowing());
            fixture.login().exits(0);
            int requests = fixture.sandbox.received().size();
            assertThat(fixture.shell
                            .run("explain", "We don't recognize this redirect_uri", "-p", "default")
                            .exits(0)
                            .out())
                    .contains("sent        the redirect URI '" + fixture.redirectUri + "'");
            assertThat(fixture.shell
                            .run("explain", "unauthorized_client", "-p", "default")
                            .out())
                    .contains("the client id '" + fixture.sandbox.clientId() + "'");
            fixture.shell.variable("FLEETAUTH_KEY_FILE", null).variable("FLEETAUTH_PROFILE", "default");
            fixture.shell.run("explain", "unauthorized_client").exits(0);
            fixture.shell.run("explain", "unauthorized_client", "-p", "default").exits(7);
            assertThat(fixture.sandbox.received()).hasSize(requests);
            assertThat(fixture.sandbox.received(Endpoint.API)).isEmpty();
        }
    }

    private Result pasted(String text) {
        return shell.runWithInput(text, "explain", "-");
    }
}
