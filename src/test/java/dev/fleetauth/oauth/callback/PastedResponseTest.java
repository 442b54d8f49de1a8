package dev.fleetauth.oauth.callback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.AuthorizationRequest;
import dev.fleetauth.oauth.AuthorizationResponse;
import dev.fleetauth.oauth.AuthorizationResponse.Code;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user may paste as the response. */
@Tag("any-jdk")
class PastedResponseTest {

    private static final String ISSUER = "https://auth.example";
    private static final String STATE = "q3kV9-uWm_0aZ";
    private static final Code CODE = new Code(new Secret("EU_a+b/c=d"));
    private static final String ADDRESS = "http://localhost:8484/callback?locale=en-US&code=EU_a%2Bb%2Fc%3Dd&state="
            + STATE + "&iss=https%3A%2F%2Fauth.example";
    private static final String CODE_LAST =
            "http://localhost:8484/callback?state=" + STATE + "&iss=https%3A%2F%2Fauth.example&code=EU_a%2Bb%2Fc%3Dd";

    private final List<String> notices = new ArrayList<>();

    private PastedResponse pasted() {
        return new PastedResponse(
                () -> List.of(request("another"), request(STATE)), Dialect.standard(ISSUER, true), notices::add);
    }

    private static AuthorizationRequest request(String state) {
        return new AuthorizationRequest(
                URI.create(ISSUER + "/authorize"),
                URI.create("http://localhost:8484/callback"),
                state,
                "NONCE",
                new Secret("VERIFIER"));
    }

    private AuthorizationResponse read(String... lines) {
        return read(pasted(), lines);
    }

    /** Pastes lines, and returns the last response that was found. */
    private static AuthorizationResponse read(PastedResponse pasted, String... lines) {
        AuthorizationResponse last = AuthorizationResponse.OTHER_STATE;
        for (String line : lines) {
            PastedResponse.Found found = pasted.take(line);
            if (found != null) {
                last = found.response();
                if (!found.mayContinue()) {
                    break;
                }
            }
        }
        return last;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "  %s \t",
                "\"%s\"",
                "'%s'",
                "`%s`",
                "<%s>",
                "“%s”",
                "\"%s",
                "%s'",
                "(%s)",
                "%s,",
                "Location: %s",
                "GET %s HTTP/1.1",
                "curl '%s'",
                "[link](%s)"
            })
    void surroundingTextIsIgnored(String form) {
        for (String address : List.of(ADDRESS, CODE_LAST)) {
            assertThat(read(form.replace("%s", address))).isEqualTo(CODE);
        }
    }

    @Test
    void theAddressMayBeEncodedAgain() {
        for (String address : List.of(ADDRESS, CODE_LAST)) {
            String query = address.substring(address.indexOf('?') + 1);
            for (String text : List.of(address, query)) {
                assertThat(read(encoded(text))).isEqualTo(CODE);
                assertThat(read(encoded(encoded(text)))).isEqualTo(CODE);
                assertThat(read(text.replace("%", "%25"))).isEqualTo(CODE);
                assertThat(read(text.replace("&", "&amp;"))).isEqualTo(CODE);
                assertThat(read(text.replace("&", "\\u0026"))).isEqualTo(CODE);
                assertThat(read(text.replace("&", "\\&").replace("?", "\\?").replace("=", "\\=")))
                        .isEqualTo(CODE);
            }
        }
    }

    @Test
    void theAddressMayBeSplitAnywhere() {
        for (String address : List.of(
                ADDRESS,
                CODE_LAST,
                encoded(ADDRESS),
                "'" + ADDRESS + "'",
                "http://localhost:8484/callback?code=EU_a%2Bb%2Fc%3Dd&iss=https://auth.example&state=" + STATE)) {
            for (int i = 1; i < address.length(); i++) {
                assertThat(read(address.substring(0, i), address.substring(i)))
                        .as("split at %s", address.substring(0, i))
                        .isEqualTo(CODE);
            }
            for (int i = 1; i + 20 < address.length(); i++) {
                assertThat(read(
                                address.substring(0, i),
                                " " + address.substring(i, i + 20),
                                "",
                                address.substring(i + 20)))
                        .as("split at %s and 20 later", address.substring(0, i))
                        .isEqualTo(CODE);
            }
        }
    }

    @Test
    void aNewAddressDoesNotContinueAnOldOne() {
        assertThat(read("http://localhost:8484/callback?code=old&state=old", ADDRESS))
                .isEqualTo(CODE);
    }

    @Test
    void theReasonForARejectionIsReported() {
        PastedResponse pasted = pasted();
        read(
                pasted,
                "http://localhost:8484/callback?code=abc",
                "https://auth.example/authorize?code_challenge=x&state=" + STATE,
                "some words");
        assertThat(notices)
                .containsExactly(
                        "the pasted text is not the response to this login: it has no state; if it is truncated, paste the rest or all of it again",
                        "the pasted text is not the response to this login: it is the address to open, not the one that the browser ended up at",
                        "the pasted text is not the response to this login: its state does not match this login");
    }

    @Test
    void aPastedFileCausesFiveNotices() {
        PastedResponse pasted = pasted();
        for (int i = 0; i < 1000; i++) {
            read(pasted, "https://example.com/" + i + "?code=" + i);
        }
        assertThat(notices).hasSize(5);
        assertThat(pasted.suppressed()).isEqualTo(995);
    }
}
