package dev.fleetauth.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every {@link Case}: a whole command in a hostile environment. */
@Tag("any-jdk")
class HostileTest {

    @TempDir
    static Path folder;

    private static HostileFixture fixture;

    @BeforeAll
    static void begin() {
        fixture = new HostileFixture(folder);
    }

    @AfterAll
    static void end() {
        fixture.close();
    }

    static List<Case> cases() {
        return Stream.of(
                        TlsCases.all(),
                        DiscoveryCases.all(),
                        CallbackCases.all(),
                        TokenCases.all(),
                        DeviceCases.all(),
                        IdTokenCases.all(),
                        KeyCases.all(),
                        RevocationCases.all(),
                        ClientKeyCases.all(),
                        TextCases.all(),
                        LocalCases.all())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theResultIsAsExpected(Case testCase) throws InterruptedException {
        fixture.run(testCase);
    }

    static List<Case> logins() {
        return cases().stream().filter(Case::isLogin).toList();
    }

    /** A first login must satisfy everything that a later one must. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("logins")
    void aFirstLoginHasTheSameResult(Case testCase) throws InterruptedException {
        fixture.runOnAnEmptyHome(testCase);
    }

    @Test
    void namesAreUnique() {
        List<String> names = cases().stream().map(Case::name).toList();
        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(150);
    }

    /**
     * All tests of the OpenID Foundation's conformance suite for relying parties that apply to a code flow, also with the
     * values of {@code client_auth_type} that are not its default.
     */
    @Test
    void theConformanceTestsAreIncluded() {
        assertThat(cases().stream().map(Case::name))
                .contains(
                        "oidcc-client-test",
                        "oidcc-client-test-invalid-iss",
                        "oidcc-client-test-missing-sub",
                        "oidcc-client-test-invalid-aud",
                        "oidcc-client-test-missing-aud",
                        "oidcc-client-test-missing-iat",
                        "oidcc-client-test-kid-absent-single-jwks",
                        "oidcc-client-test-kid-absent-multiple-jwks",
                        "oidcc-client-test-idtoken-sig-rs256",
                        "oidcc-client-test-idtoken-sig-none",
                        "oidcc-client-test-invalid-sig-rs256",
                        "oidcc-client-test-invalid-sig-es256",
                        "oidcc-client-test-invalid-sig-hs256",
                        "oidcc-client-test-nonce-invalid",
                        "oidcc-client-test-client-secret-basic",
                        "oidcc-client-test client_auth_type=client_secret_post",
                        "oidcc-client-test client_auth_type=private_key_jwt RS256",
                        "oidcc-client-test client_auth_type=private_key_jwt PS256",
                        "oidcc-client-test client_auth_type=private_key_jwt ES256",
                        "oidcc-client-test-discovery-openid-config",
                        "oidcc-client-test-discovery-jwks-uri-keys",
                        "oidcc-client-test-discovery-issuer-mismatch",
                        "oidcc-client-test-signing-key-rotation",
                        "oidcc-client-test-signing-key-rotation-just-before-signing",
                        "oidcc-client-test-refresh-token",
                        "oidcc-client-test-refresh-token-invalid-issuer",
                        "oidcc-client-test-refresh-token-invalid-sub");
    }
}
