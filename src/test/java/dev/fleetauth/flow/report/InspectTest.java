package dev.fleetauth.flow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code inspect} reports about a token. */
@Tag("any-jdk")
class InspectTest {

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    @Test
    void aThirdPartyTokenIsDescribedInFull() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.variable("TZ", "Asia/Tokyo");
            fixture.shell.clock().advance(Duration.ofMinutes(5));

            assertThat(fixture.shell.run("inspect").exits(0).out())
                    .contains("kind            a Tesla third-party token", "format          JWT, signed with RS256")
                    .containsPattern(
                            "issued +20..-..-..T..:..:..Z, 5 min ago\n +20..-..-.. ..:..:.. \\+09:00 local time")
                    .containsPattern(
                            "expires +20..-..-..T..:..:..Z, in 7 h 55 min\n +20..-..-.. ..:..:.. \\+09:00 local time")
                    .contains("vehicle_location: See where your vehicles are")
                    .containsPattern("region +NA, which is only a hint")
                    .contains("logged in with  pwd mfa otp: a second factor was used")
                    .contains("open source     no")
                    .contains("azp = \"" + fixture.sandbox.clientId() + "\"")
                    .doesNotContain("verified");
        }
    }

    @Test
    void theAcceptedIssuerAndTheReasonAreShown() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            assertThat(fixture.shell.run("inspect", "--verify").exits(0).out())
                    .containsPattern("verified +signature, issuer and times are valid")
                    .contains("issuer " + fixture.issuer()
                            + "/oauth2/v3/nts: Tesla's tokens of this kind name this issuer")
                    .contains("keys of " + fixture.issuer() + "/oauth2/v3/discovery/thirdparty/keys");
            fixture.shell.run("inspect", "--id-token", "--verify").exits(0);
        }
        try (ShellAndSandbox fixture = ShellAndSandbox.strict(elsewhere).loggedIn()) {
            assertThat(fixture.shell.run("inspect", "--verify").exits(0).out())
                    .contains("issuer " + fixture.issuer()
                            + ": it is the issuer of the profile, character for character");
        }
    }

    @Test
    void aRefreshTokenIsDescribedFromItsProfile() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.clock().advance(Duration.ofDays(9));
            Tokens tokens = Objects.requireNonNull(Objects.requireNonNull(fixture.shell.stored("default"))
                    .session()
                    .tokens());
            String refreshToken = Objects.requireNonNull(tokens.refreshToken()).reveal();

            Result own = fixture.shell.run("inspect", "--refresh-token").exits(0);

            assertThat(own.out())
                    .contains("a refresh token: single use")
                    .containsPattern("issued +.*, 9 d ago")
                    .containsPattern("expires +.*, in 80 d, estimated from a 3-month lifetime");
            assertThat(fixture.shell
                            .runWithInput(refreshToken, "inspect", "-")
                            .exits(0)
                            .out())
                    .isEqualTo(own.out());
            fixture.shell.run("inspect", "--refresh-token", "--verify").exits(5).says("opaque");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NA_0123456789abcdef0123, 'authorization code (single use, valid for minutes) or a refresh token'",
        "qtr-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, obsolete since 12/2020",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, obsolete since 12/2020",
        "SlAV32hkKG, only the provider knows"
    })
    void aForeignTokenNeedsNoProfile(String token, String description) throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell.watch(token);
            assertThat(fixture.shell
                            .runWithInput(token, "inspect", "-")
                            .exits(0)
                            .out())
                    .contains(description);
        }
    }

    @ParameterizedTest
    @EnumSource(TokenFormat.class)
    void ourOwnFormatsAreRead(TokenFormat format) throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String printed = fixture.shell
                    .run("token", "--format", format.name().toLowerCase(Locale.ROOT))
                    .exits(0)
                    .out();
            String expected = fixture.shell.run("inspect").exits(0).out();
            for (String given : List.of(
                    printed,
                    "\uFEFF" + printed,
                    printed.replace("\n", "\r\n"),
                    "# a comment\nOTHER=1\n"
                            + (format == TokenFormat.ENV ? printed : "TESLA_ACCESS_TOKEN=" + fixture.token()),
                    "GET / HTTP/1.1\nHost: api.example\nAuthorization: Bearer " + fixture.token()
                            + "\nAccept: */*\n")) {
                assertThat(fixture.shell
                                .runWithInput(given, "inspect", "-")
                                .exits(0)
                                .out())
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "two words", "<html></html>", "'{\"expires_in\":\"abc\"}'"})
    void whatIsNotATokenIsRejected(String text) throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.shell
                    .runWithInput(text, "inspect", "-")
                    .exits(2)
                    .says("standard input does not contain a valid token")
                    .printsNothing();
        }
    }

    /** Its content is shown, but the keys to verify it with are unknown. */
    @Test
    void aTokenOfAnUnknownProviderIsNotVerified() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn();
                ShellAndSandbox other = ShellAndSandbox.strict(elsewhere).loggedIn()) {
            String token = other.token();
            fixture.shell.watch(token);
            assertThat(fixture.shell
                            .runWithInput(token, "inspect", "-")
                            .exits(0)
                            .out())
                    .contains("a JWT (RFC 7519) of an unknown kind");
            fixture.shell
                    .runWithInput(token, "inspect", "-", "--verify")
                    .exits(5)
                    .says("neither Tesla nor");
            assertThat(fixture.sandbox.received(Endpoint.KEYS)).hasSize(1);
        }
    }

    @Test
    void anInvalidTokenIsRejectedAndMissingKeysAreNoVerdict() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.expire();
            fixture.shell.run("inspect", "--verify").exits(5).says("it has expired");
            fixture.shell.clearDocumentCache();
            fixture.sandbox.enqueue(Endpoint.KEYS, Fault.response(503, "text/plain", "later"));
            fixture.shell.run("inspect", "--verify").exits(6).printsNothing();
        }
    }

    @Test
    void onlyOneTokenCanBeInspectedAtATime() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell.run("inspect", "--id-token", "--refresh-token").exits(2);
            fixture.shell
                    .runWithInput("SlAV32hkKG", "inspect", "-", "--refresh-token")
                    .exits(2);
        }
    }
}
