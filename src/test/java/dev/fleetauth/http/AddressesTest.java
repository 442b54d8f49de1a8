package dev.fleetauth.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "127.0.0.2", "127.255.255.255", "::1", "[::1]"})
    void loopbackHostsAreRecognized(String host) {
        assertThat(Addresses.isLoopback(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost.example",
                "localhost.",
                "127.example.org",
                "127.0.0.1.example.org",
                "127.0.0.256",
                "127.0.0",
                "127.1",
                "128.0.0.1",
                "0.0.0.0",
                "10.0.0.1",
                "::",
                "[::2]",
                "::ffff:10.0.0.1"
            })
    void otherHostsAreNotLoopback(String host) {
        assertThat(Addresses.isLoopback(host)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://auth.example/token, true",
        "HTTPS://auth.example/token, true",
        "http://127.0.0.1:8080/token, true",
        "http://[::1]/token, true",
        "http://localhost/token, true",
        "http://auth.example/token, false",
        "http://localhost@auth.example/token, false",
        "ftp://localhost/token, false",
        "file:///etc/passwd, false",
        "javascript:alert(1), false",
        "https:///token, false",
        "https://my_auth.example/token, true",
        "https://my_auth.example:8443/token, true",
        "https://me:pw@my_auth.example/token, false",
        "https://my_auth.example:port/token, false",
        "http://my_auth.example/token, false",
        "http://127.0.0.1_.example/token, false",
        "//auth.example/token, false",
        "token, false"
    })
    void onlyHttpsAndLoopbackAreProtected(String uri, boolean isProtected) {
        assertThat(Addresses.isProtected(URI.create(uri))).isEqualTo(isProtected);
    }

    @Test
    void nothingThatMayBeSecretIsShown() {
        assertThat(Addresses.shown(URI.create("https://me:pw@auth.example:8443/a/b?code=c#token=t")))
                .isEqualTo("https://auth.example:8443/a/b");
    }

    @Test
    void aHostWithAnUnderscoreIsShown() {
        assertThat(Addresses.shown(URI.create("https://my_auth.example:8443/a?b=c")))
                .isEqualTo("https://my_auth.example:8443/a");
        assertThat(Addresses.origin(URI.create("https://my_auth.example/a"))).isEqualTo("https://my_auth.example");
        assertThat(Addresses.shown(URI.create("https://me:pw@my_auth.example/a")))
                .doesNotContain("pw");
    }

    @Test
    void aShownAddressIsShortAndAscii() {
        assertThat(Addresses.shown(URI.create("https://auth.example/\u00e4\u202e")))
                .matches("[!-~]+");
        assertThat(Addresses.shown(URI.create("https://auth.example/" + "a".repeat(10_000))))
                .hasSizeLessThan(250);
    }
}
