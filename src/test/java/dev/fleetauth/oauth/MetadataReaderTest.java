package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("any-jdk")
class MetadataReaderTest {

    private static final URI ADDRESS = URI.create("https://auth.example/.well-known/openid-configuration");
    private static final MetadataReader READER = new MetadataReader(Set.of("https://auth.example"));

    @Test
    void aDocumentIsRead() {
        ProviderMetadata metadata = read("""
                {"issuer": "https://auth.example",
                 "authorization_endpoint": "https://login.example/authorize?tenant=a",
                 "token_endpoint": "https://auth.example:8443/token",
                 "revocation_endpoint": "https://auth.example/revoke",
                 "jwks_uri": null,
                 "scopes_supported": ["openid", "offline_access"],
                 "grant_types_supported": [],
                 "authorization_response_iss_parameter_supported": true,
                 "request_uri_parameter_supported": false,
                 "mtls_endpoint_aliases": {"token_endpoint": "javascript:alert(1)"},
                 "ui_locales_supported": "en",
                 "some_numbers": [1, 2.50, {"a": null}],
                 "check_session_iframe": 7,
                 "long_number": %s}
                """.formatted("9".repeat(1000)));
        assertThat(metadata.members().keySet()).startsWith("issuer", "authorization_endpoint", "token_endpoint");
        assertThat(metadata.members().values()).allMatch(member -> member.source() == ProviderMetadata.Source.DOCUMENT);
        assertThat(metadata.uri("authorization_endpoint"))
                .isEqualTo(URI.create("https://login.example/authorize?tenant=a"));
        assertThat(metadata.uri("jwks_uri")).isNull();
        assertThat(metadata.members()).doesNotContainKey("jwks_uri");
        assertThat(metadata.values("scopes_supported")).containsExactly("openid", "offline_access");
        assertThat(metadata.values("grant_types_supported")).isEmpty();
        assertThat(metadata.members()).containsKey("grant_types_supported");
        assertThat(metadata.value("authorization_response_iss_parameter_supported"))
                .contains("true");
        assertThat(metadata.value("mtls_endpoint_aliases")).contains("{\"token_endpoint\":\"javascript:alert(1)\"}");
        assertThat(metadata.values("some_numbers")).isEqualTo(List.of("1", "2.5", "{\"a\":null}"));
        assertThat(metadata.value("check_session_iframe")).contains("7");
        assertThat(metadata.value("long_number")).contains("9".repeat(1000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "false                                  | is not a string",
                "7                                      | is not a string",
                "{}                                     | is not a string",
                "['https://auth.example/x']             | is not a string",
                "''                                     | is not an absolute address",
                "'/x'                                   | is not an absolute address",
                "'//auth.example/x'                     | is not an absolute address",
                "'auth.example/x'                       | is not an absolute address",
                "' https://auth.example/x'              | is not an address",
                "'https://auth.example/a b'             | is not an address",
                "'https://auth.example\\\\@evil.example' | is not an address",
                "'http://auth.example/x'                | is neither a valid https address nor on this machine",
                "'http://127.0.0.1.evil.example/x'      | is neither a valid https address nor on this machine",
                "'http://0.0.0.0/x'                     | is neither a valid https address nor on this machine",
                "'http://127.0.0.1:9000/x'              | is on this machine, but the server that names it is not",
                "'https://localhost/x'                  | is on this machine, but the server that names it is not",
                "'http://[::1]/x'                       | is on this machine, but the server that names it is not",
                "'ftp://auth.example/x'                 | is neither a valid https address nor on this machine",
                "'file:///etc/passwd'                   | is neither a valid https address nor on this machine",
                "'javascript:alert(1)'                  | is neither a valid https address nor on this machine",
                "'data:text/html,x'                     | is neither a valid https address nor on this machine",
                "'https:///x'                           | is neither a valid https address nor on this machine",
                "'https:auth.example'                   | is neither a valid https address nor on this machine",
                "'https://auth.example:99999/x'         | is neither a valid https address nor on this machine",
                "'https://auth.example:0/x'             | is neither a valid https address nor on this machine",
                "'https://me:pw@auth.example/x'         | contains credentials",
                "'https://auth.example@evil.example/x'  | contains credentials",
                "'https://auth.example/x#y'             | has a fragment",
                "'https://auth.example/x#'              | has a fragment"
            })
    void anUnusableAddressIsRejected(String value, String why) {
        String json = value.replace('\'', '"');
        for (String member : List.of(
                "authorization_endpoint",
                "token_endpoint",
                "revocation_endpoint",
                "introspection_endpoint",
                "end_session_endpoint",
                "userinfo_endpoint",
                "jwks_uri")) {
            Failure failure = rejected("{\"issuer\":\"https://auth.example\",\"" + member + "\":" + json + "}");
            assertThat(failure.fields()).containsEntry("remedy", "report this to the provider");
            assertThat(failure.fields().get("why")).startsWith(member + " " + why);
        }
    }

    @Test
    void anAddressThatIsTooLongIsRejected() {
        Failure failure = rejected("{\"issuer\":\"https://auth.example\",\"token_endpoint\":\"https://auth.example/"
                + "a".repeat(3000) + "\"}");
        assertThat(failure.fields().get("why"))
                .startsWith("token_endpoint is too long")
                .hasSizeLessThan(300);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'token_endpoint':'https://auth.example/t'} | check the issuer | issuer is missing",
                "{'issuer':null} | check the issuer | issuer is missing",
                "{'issuer':7} | report this | issuer is not a string",
                "{'issuer':'https://evil.example'} | check the issuer | issuer is \"https://evil.example\", not \"https://auth.example\"",
                "{'issuer':'https://auth.example/'} | check the issuer | issuer is \"https://auth.example/\", not \"https://auth.example\"",
                "{'issuer':'https://AUTH.example'} | check the issuer | issuer is \"https://AUTH.example\", not \"https://auth.example\"",
                "{'scopes_supported':'openid'} | report this | scopes_supported is not an array",
                "{'grant_types_supported':{}} | report this | grant_types_supported is not an array",
                "{'code_challenge_methods_supported':[256]} | report this | code_challenge_methods_supported is not an array of strings",
                "{'authorization_response_iss_parameter_supported':'true'} | report this | authorization_response_iss_parameter_supported is not a boolean",
                "[] | check the issuer | it is not a JSON object",
                "issuer=x | check the issuer | it is not well-formed JSON, or has a duplicate member",
                "{'issuer':'https://auth.example','issuer':'https://auth.example'} | check the issuer | it is not well-formed JSON, or has a duplicate member"
            })
    void anInvalidDocumentIsRejected(String document, String remedy, String why) {
        Failure failure = rejected(document.replace('\'', '"'));
        assertThat(failure.fields())
                .containsEntry("address", ADDRESS.toString())
                .containsEntry("why", why);
        assertThat(failure.fields().get("remedy")).startsWith(remedy);
    }

    @Test
    void anIssuerIsShownOnOneLine() {
        Failure failure = rejected("{\"issuer\":\"https://a\\u001b[2J\\nb" + "c".repeat(100_000) + "\"}");
        assertThat(failure.fields().get("why"))
                .startsWith("issuer is \"https://a [2J b")
                .hasSizeLessThan(300);
    }

    private static Failure rejected(String document) {
        Failure failure = catchThrowableOfType(Failure.class, () -> read(document));
        assertThat(failure).as(document).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.METADATA_REJECTED);
        return failure;
    }

    private static ProviderMetadata read(String document) {
        return READER.read(ADDRESS, document.getBytes(StandardCharsets.UTF_8));
    }
}
