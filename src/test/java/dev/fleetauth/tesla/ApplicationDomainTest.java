package dev.fleetauth.tesla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.model.Failure;
import java.net.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form in which the Fleet API accepts a domain, and the errors for others. */
@Tag("any-jdk")
class ApplicationDomainTest {

    private static final URI TESLA = URI.create("https://auth.tesla.com");
    private static final URI SANDBOX = URI.create("http://127.0.0.1:8600");

    @ParameterizedTest
    @ValueSource(
            strings = {"example.com", "a.b-c.example.co.uk", "xn--mnchen-3ya.de", "user.github.io", "1.example.xn--p1ai"
            })
    void aDomainIsAccepted(String name) {
        ApplicationDomain domain = ApplicationDomain.parse(name, TESLA);
        assertThat(domain.name()).isEqualTo(name);
        assertThat(domain.keyAddress())
                .hasToString("https://" + name + "/.well-known/appspecific/com.tesla.3p.public-key.pem");
        assertThat(domain.pairingAddress(Region.EU)).hasToString("https://tesla.com/_ak/" + name);
        assertThat(domain.pairingAddress(Region.CN)).hasToString("https://www.tesla.cn/_ak/" + name);
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, example.com",
        "HTTP://Example.COM/, example.com",
        "example.com/, example.com",
        "example.com/.well-known/x, example.com",
        "example.com:443, example.com",
        "https://example.com:8443/a?b=c#d, example.com",
        "Example.com, example.com",
        "example.com., example.com",
        "münchen.de, xn--mnchen-3ya.de",
        "https://MÜNCHEN.de:443/x, xn--mnchen-3ya.de",
        "' example.com', example.com",
        "example。com, example.com",
        "example.com?x, example.com",
        "'example.com\u0000', ''",
        "localhost, ''",
        "localhost:8600, ''",
        "127.0.0.1, ''",
        "127.0.0.1:8600, ''",
        "[::1], ''",
        "example, ''",
        "exam ple.com, ''",
        "user@example.com, ''",
        "user:pass@example.com, ''",
        "*.example.com, ''",
        "-example.com, ''",
        "example-.com, ''",
        "example..com, ''",
        ".example.com, ''",
        "exam_ple.com, ''",
        "'example.com,example.org', ''",
        "'', ''",
        "/, ''"
    })
    void anythingElseIsRejectedWithASuggestionIfPossible(String text, String suggestion) {
        assertThatThrownBy(() -> ApplicationDomain.parse(text, TESLA))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.BAD_VALUE);
                    assertThat(failure.fields().get("value")).isEqualTo(text);
                    assertThat(failure.fields().get("expected"))
                            .startsWith(
                                    suggestion.isEmpty() ? "a domain name" : "the domain name '" + suggestion + "'");
                });
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        String label = "a".repeat(63);
        assertThat(ApplicationDomain.parse(label + ".com", TESLA).name()).hasSize(67);
        for (String name : new String[] {label + "a.com", (label + ".").repeat(4) + "com"}) {
            assertThatThrownBy(() -> ApplicationDomain.parse(name, TESLA)).isInstanceOf(Failure.class);
        }
    }

    @Test
    void aLoopbackIssuerCanUseItsOwnAddressAsADomain() {
        ApplicationDomain domain = ApplicationDomain.parse("127.0.0.1:8600", SANDBOX);
        assertThat(domain.keyAddress())
                .hasToString("http://127.0.0.1:8600/.well-known/appspecific/com.tesla.3p.public-key.pem");
        assertThatThrownBy(() -> ApplicationDomain.parse("127.0.0.1:8601", SANDBOX))
                .isInstanceOf(Failure.class);
        assertThatThrownBy(
                        () -> ApplicationDomain.parse("auth.example.com:1", URI.create("https://auth.example.com:1")))
                .isInstanceOf(Failure.class);
        assertThat(ApplicationDomain.parse("example.com", SANDBOX).origin()).hasToString("https://example.com");
    }
}
