package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Dialect;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.AuthorizationResponse.Code;
import dev.fleetauth.oauth.AuthorizationResponse.ErrorResponse;
import dev.fleetauth.oauth.AuthorizationResponse.Stray;
import dev.fleetauth.oauth.AuthorizationResponse.WrongIssuer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** How each request to the redirect URI is classified. */
@Tag("any-jdk")
class AuthorizationResponseTest {

    private static final String ISSUER = "https://auth.example";

    private static final AuthorizationRequest REQUEST = new AuthorizationRequest(
            URI.create(ISSUER + "/authorize"),
            URI.create("http://127.0.0.1:1/callback"),
            "STATE",
            "NONCE",
            new Secret("VERIFIER"));

    /** A provider that may send iss, with either of two values. */
    private static final Dialect SILENT =
            new Dialect(Set.of(), Map.of(), Set.of(ISSUER, ISSUER + "/v3"), false, Dialect.Refresh.PLAIN, null, null);

    /** A provider that promises to send iss (RFC 9207). */
    private static final Dialect PROMISING = Dialect.standard(ISSUER, true);

    record Case(String query, Dialect dialect, AuthorizationResponse expected) {
        @Override
        public String toString() {
            return (dialect.issuerInCallback() ? "promising " : "") + query.substring(0, Math.min(80, query.length()));
        }
    }

    private static Case silent(String query, AuthorizationResponse expected) {
        return new Case(query, SILENT, expected);
    }

    private static Case promising(String query, AuthorizationResponse expected) {
        return new Case(query, PROMISING, expected);
    }

    private static Code code(String code) {
        return new Code(new Secret(code));
    }

    private static final Stray NO_STATE = new Stray("it has no state");
    private static final Stray OTHER_STATE = new Stray("its state does not match this login");
    private static final Stray UNREADABLE = new Stray("its parameters are malformed");
    private static final Stray NEITHER = new Stray("it has neither a code nor an error");
    private static final WrongIssuer SILENCE =
            new WrongIssuer("the callback has no iss, although the provider's metadata says that it is always sent");

    private static WrongIssuer wrong(String issuer) {
        return new WrongIssuer("the callback names another issuer, " + issuer);
    }

    private static Stray twice(String name) {
        return new Stray("it has " + name + " more than once");
    }

    static final List<Case> CASES = List.of(
            // The response, with or without additional parameters.
            silent("code=C&state=STATE", code("C")),
            silent("state=STATE&code=C", code("C")),
            silent("&&code=C&&state=STATE&", code("C")),
            silent("code=C&state=STATE&issuer=https://evil.example&locale=en&x&=y", code("C")),
            silent("code=a%2Bb%20c%3D&state=STATE", code("a+b c=")),
            silent("code=a+b&state=STATE", code("a b")),
            silent("c%6Fde=C&st%61te=STAT%45", code("C")),
            silent("code=%C3%A4&state=STATE", code("ä")),
            silent("code=" + "c".repeat(4096) + "&state=STATE", code("c".repeat(4096))),

            // State comes first: without it, nothing else counts.
            silent("", NO_STATE),
            silent("code=C", NO_STATE),
            silent("error=access_denied", NO_STATE),
            silent("code=C&iss=https://evil.example", NO_STATE),
            silent("code=C&State=STATE", NO_STATE),
            silent("code=C&state=", OTHER_STATE),
            silent("code=C&state", OTHER_STATE),
            silent("code=C&state=state", OTHER_STATE),
            silent("code=C&state=STATE%00", OTHER_STATE),
            silent("code=C&state=STATE%20", OTHER_STATE),
            silent("code=C&state=STAT", OTHER_STATE),
            silent("code=C&state=STATES", OTHER_STATE),
            silent("error=access_denied&state=OTHER", OTHER_STATE),
            silent("code=C&state=OTHER&iss=https://evil.example", OTHER_STATE),
            silent("code=C&state=STATE&state=STATE", OTHER_STATE),
            silent("code=C&state=STATE&state=OTHER", OTHER_STATE),
            silent("code=C&state=OTHER&state=STATE", OTHER_STATE),
            silent("code=C&state=STATE&st%61te=STATE", OTHER_STATE),

            // No parameter may be repeated (RFC 6749 3.1).
            silent("code=C&code=C&state=STATE", twice("code")),
            silent("code=C&code&state=STATE", twice("code")),
            silent("error=a&error=b&state=STATE", twice("error")),
            silent("code=C&state=STATE&iss=" + ISSUER + "&iss=https://evil.example", twice("iss")),

            // Neither a code nor an error, or a code that is too long, or malformed parameters.
            silent("state=STATE", NEITHER),
            silent("state=STATE&code=", NEITHER),
            silent("state=STATE&code", NEITHER),
            silent("state=STATE&error=", NEITHER),
            silent("code=" + "c".repeat(4097) + "&state=STATE", new Stray("its code is too long")),
            silent("code=" + "c".repeat(1_000_000) + "&state=STATE", new Stray("its code is too long")),
            silent("code=%&state=STATE", UNREADABLE),
            silent("code=%zz&state=STATE", UNREADABLE),
            silent("code=C&state=STATE&x=%4", UNREADABLE),

            // Errors.
            silent("error=access_denied&state=STATE", new ErrorResponse("access_denied", "")),
            silent(
                    "error=login_cancelled&error_description=User+said+no&state=STATE",
                    new ErrorResponse("login_cancelled", "User said no")),
            silent("error=e&code=C&state=STATE", new ErrorResponse("e", "")),
            silent("error=%1b[31m&error_description=%0a%07&state=STATE", new ErrorResponse("\u001b[31m", "\n\u0007")),

            // The issuer, compared as an exact string.
            silent("code=C&state=STATE&iss=" + ISSUER, code("C")),
            silent("code=C&state=STATE&iss=https%3A%2F%2Fauth.example%2Fv3", code("C")),
            silent("code=C&state=STATE&iss=" + ISSUER + "/", wrong(ISSUER + "/")),
            silent("code=C&state=STATE&iss=HTTPS://auth.example", wrong("HTTPS://auth.example")),
            silent("code=C&state=STATE&iss=https://evil.example", wrong("https://evil.example")),
            silent("code=C&state=STATE&iss=", wrong("")),
            silent("code=C&state=STATE&iss", wrong("")),
            silent("error=access_denied&state=STATE&iss=https://evil.example", wrong("https://evil.example")),
            promising("code=C&state=STATE&iss=" + ISSUER, code("C")),
            promising("code=C&state=STATE", SILENCE),
            promising("error=access_denied&state=STATE", SILENCE),
            promising("error=access_denied&state=STATE&iss=" + ISSUER, new ErrorResponse("access_denied", "")),
            promising("code=C&state=STATE&iss=" + ISSUER + "/v3", wrong(ISSUER + "/v3")),
            promising("code=C&state=STATE&issuer=" + ISSUER, SILENCE));

    @ParameterizedTest
    @FieldSource("CASES")
    void aRequestIsClassified(Case given) {
        assertThat(AuthorizationResponse.read(given.query(), REQUEST, given.dialect()))
                .isEqualTo(given.expected());
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void neitherCodeNorStateIsShown(Case given) {
        String shown = AuthorizationResponse.read(given.query(), REQUEST, given.dialect())
                .toString();
        assertThat(shown).doesNotContain("STATE").doesNotContain("code=C");
    }
}
