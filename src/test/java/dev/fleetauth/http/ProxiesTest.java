package dev.fleetauth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fleetauth.model.Failure;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "HTTPS_PROXY, http://proxy.example:3128, proxy.example:3128",
                "https_proxy, http://proxy.example:3128, proxy.example:3128",
                "HTTPS_PROXY, http://proxy.example:3128/, proxy.example:3128",
                "HTTPS_PROXY, proxy.example:3128, proxy.example:3128",
                "HTTPS_PROXY, HTTP://proxy.example, proxy.example:1080",
                "HTTPS_PROXY, proxy.example, proxy.example:1080",
                "HTTPS_PROXY, http://me:pw@proxy.example/, proxy.example:1080",
                "HTTPS_PROXY, http://proxy.example:80, proxy.example:80",
                "HTTPS_PROXY, http://my_proxy:3128, my_proxy:3128",
                "HTTPS_PROXY, my_proxy, my_proxy:1080",
                "HTTPS_PROXY, http://[2001:db8::1], 2001:db8::1:1080",
                "ALL_PROXY, http://proxy.example:3128, proxy.example:3128",
                "all_proxy, http://proxy.example:3128, proxy.example:3128",
                "HTTPS_PROXY, \" http://proxy.example:3128 \", proxy.example:3128",
                "HTTPS_PROXY, http://[2001:db8::1]:3128, 2001:db8::1:3128",
                "HTTPS_PROXY, http://me:pw@proxy.example:3128, proxy.example:3128",
                "HTTPS_PROXY, \"\", none",
                "HTTP_PROXY, http://proxy.example:3128, none",
                "OTHER, http://proxy.example:3128, none"
            })
    void theProxyComesFromItsVariable(String name, String value, String expected) {
        assertThat(proxy(Map.of(name, value), "auth.example", 443)).isEqualTo(expected);
    }

    @Test
    void httpsProxyTakesPrecedenceOverAllProxy() {
        assertThat(proxy(Map.of("all_proxy", "http://all:1", "HTTPS_PROXY", "http://https:2"), "auth.example", 443))
                .isEqualTo("https:2");
    }

    @Test
    void aNameInLowerCaseTakesPrecedence() {
        assertThat(proxy(Map.of("HTTPS_PROXY", "http://upper:1", "https_proxy", "http://lower:2"), "auth.example", 443))
                .isEqualTo("lower:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
    void loopbackIsNeverProxied(String host) {
        assertThat(proxy(Map.of("HTTPS_PROXY", "http://proxy.example:3128"), host, 443))
                .isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "*, auth.example, true",
                "auth.example, auth.example, true",
                "AUTH.example, auth.EXAMPLE, true",
                "auth.example., auth.example, true",
                "auth.example, auth.example., true",
                "example, auth.example, true",
                ".example, auth.example, true",
                "*.example, auth.example, true",
                "auth.example:443, auth.example, true",
                ".example:443, auth.example, true",
                "auth.example:8443, auth.example, false",
                "\"other.example, auth.example\", auth.example, true",
                "other.example auth.example, auth.example, true",
                "uth.example, auth.example, false",
                "other.example, auth.example, false",
                "\",,\", auth.example, false",
                "., auth.example, false",
                "10.0.0.1, 10.0.0.1, true",
                "10.0.0.1, 10.0.0.10, false",
                "0.0.1, 10.0.0.1, false",
                "10.0.0.0/8, 10.1.2.3, true",
                "10.0.0.0/8, 11.1.2.3, false",
                "192.168.16.0/20, 192.168.31.255, true",
                "192.168.16.0/20, 192.168.32.0, false",
                "10.1.2.3/32, 10.1.2.3, true",
                "10.1.2.3/32, 10.1.2.4, false",
                "10.0.0.0/0, 10.0.0.0, false",
                "10.0.0.0/33, 10.0.0.0, false",
                "10.0.0.0/, 10.0.0.0, false",
                "10.0.0.0/x, 10.0.0.0, false",
                "999.0.0.0/8, 10.0.0.0, false",
                "10.0.0.0/8, auth.example, false",
                "auth.example/8, auth.example, false",
                "2001:db8::/32, 2001:db8:1::1, true",
                "2001:db8::/32, 2001:db9::1, false",
                "2001:db8::/32, 32.1.13.184, false",
                "\"x.example, 10.0.0.0/8\", 10.9.9.9, true",
                "my_auth.example, my_auth.example, true",
                "2001:db8::1, 2001:db8::1, true",
                "[2001:db8::1], 2001:db8::1, true",
                "[2001:db8::1]:443, 2001:db8::1, true",
                "[2001:db8::1]:8443, 2001:db8::1, false"
            })
    void hostsInNoProxyAreNotProxied(String noProxy, String host, boolean isException) {
        Map<String, String> upper = Map.of("HTTPS_PROXY", "http://proxy.example:3128", "NO_PROXY", noProxy);
        Map<String, String> lower = Map.of("HTTPS_PROXY", "http://proxy.example:3128", "no_proxy", noProxy);
        assertThat(proxy(upper, host, 443)).isEqualTo(isException ? "none" : "proxy.example:3128");
        assertThat(proxy(lower, host, 443)).isEqualTo(isException ? "none" : "proxy.example:3128");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://me:canary@proxy.example:1080",
                "https://me:canary@proxy.example:443",
                "http://me:can ary@proxy.example:3128",
                "http://me:canary@:3128",
                "http://me:canary@proxy.example:99999",
                "http://me:canary@proxy.example:port",
                "://canary"
            })
    void anUnusableProxyIsNamedButNotQuoted(String value) {
        Failure failure =
                catchThrowableOfType(Failure.class, () -> proxy(Map.of("HTTPS_PROXY", value), "auth.example", 443));
        assertThat(failure.kind()).isEqualTo(Failure.Kind.BAD_VALUE);
        assertThat(failure.fields()).containsEntry("what", "HTTPS_PROXY");
        assertThat(failure).hasNoCause();
        assertThat(failure.fields().toString()).doesNotContain("canary").doesNotContain("can ary");
    }

    @Test
    void credentialsAreDecodedAndNotShown() {
        Proxies.HttpProxy proxy = new Proxies(Map.of("HTTPS_PROXY", "http://m%65:p%40s:s+w%C3%A4@proxy.example:3128"))
                .forServer("auth.example", 443)
                .orElseThrow();
        // "me:p@s:s+wä"
        assertThat(proxy.authorization()).isEqualTo("Basic bWU6cEBzOnMrd8Ok");
        assertThat(proxy.toString()).isEqualTo("proxy.example:3128");
    }

    private static String proxy(Map<String, String> variables, String host, int port) {
        return new Proxies(variables)
                .forServer(host, port)
                .map(Proxies.HttpProxy::toString)
                .orElse("none");
    }
}
