package dev.fleetauth.tesla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.tesla.ApplicationKey.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are accepted as an application's public key, and the errors for others. */
@Tag("any-jdk")
class ApplicationKeyTest {

    private static final KeyPair PAIR = pair("EC", new ECGenParameterSpec("secp256r1"));
    private static final String PEM =
            ApplicationKey.pem("PUBLIC KEY", PAIR.getPublic().getEncoded());
    private static final String PRIVATE_DER = "MHcCAQEEIIGtOnlyATestAndNoKey";

    @Test
    void aKeyIsReadFromPemAndDer() throws Rejected {
        ApplicationKey key = parse(PEM);
        ECPublicKey point = (ECPublicKey) PAIR.getPublic();
        assertThat(key.point())
                .isEqualTo("04%064x%064x"
                        .formatted(point.getW().getAffineX(), point.getW().getAffineY()));
        assertThat(key.pem()).isEqualTo(PEM);
        assertThat(key.fingerprint()).matches("[0-9a-f]{16}");
        assertThat(ApplicationKey.ofDer(PAIR.getPublic().getEncoded())).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"\\n, \\r\\n", "A, A", "-----BEGIN PUBLIC KEY-----, a remark\\n-----BEGIN PUBLIC KEY-----"})
    void insignificantDifferencesAreAccepted(String from, String to) throws Rejected {
        String pem = PEM.replace(from.translateEscapes(), to.translateEscapes());
        assertThat(parse(pem)).isEqualTo(parse(PEM));
        assertThat(parse(pem + "\n\ntext behind it")).isEqualTo(parse(PEM));
        assertThat(parse(pem.stripTrailing())).isEqualTo(parse(PEM));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRIVATE KEY",
                "EC PRIVATE KEY",
                "RSA PRIVATE KEY",
                "ENCRYPTED PRIVATE KEY",
                "OPENSSH PRIVATE KEY",
                "private key"
            })
    void aPrivateKeyIsRejectedAndNotShown(String label) {
        String secret = "-----BEGIN " + label + "-----\n" + PRIVATE_DER + "\n-----END " + label + "-----\n";
        for (String text : new String[] {
            secret, PEM + secret, secret + PEM, "\uFEFF" + secret, secret.replace("\n", "\r\n"), secret.substring(0, 40)
        }) {
            assertThatThrownBy(() -> parse(text))
                    .hasMessageContaining("private key, which must not leave this machine")
                    .hasMessageNotContaining(PRIVATE_DER)
                    .hasNoCause();
        }
    }

    @Test
    void anEncryptedPrivateKeyIsReportedAsEncrypted() {
        assertRejected("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n", "an encrypted private key");
        assertRejected(
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMII=\n",
                "an encrypted private key");
    }

    @Test
    void otherFormatsAreNamed() {
        assertRejected("", "it is empty");
        assertRejected(" \n", "it is empty");
        assertRejected("\uFEFF" + PEM, "byte order mark");
        assertRejected("<!DOCTYPE html><title>x</title>", "it is an HTML page");
        assertRejected("ecdsa-sha2-nistp256 AAAA me@here", "OpenSSH");
        assertRejected("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"a\",\"y\":\"b\"}", "JSON");
        assertRejected("{\"kty\":\"EC\",\"d\":\"" + PRIVATE_DER + "\"}", "a private key");
        assertRejected("PuTTY-User-Key-File-3: ecdsa-sha2-nistp256", "a private key");
        assertRejected("hello", "it is not a key in PEM");
        assertRejected("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n", "a certificate");
        assertRejected("-----BEGIN TRUSTED CERTIFICATE-----\nMII=\n", "a certificate");
        assertRejected("-----BEGIN CERTIFICATE REQUEST-----\nMII=\n", "'certificate request'");
        assertRejected("-----BEGIN RSA PUBLIC KEY-----\nMII=\n", "'rsa public key'");
        assertRejected("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n", "'ec parameters'");
        assertRejected(PEM + PEM, "more than one key");
        assertThatThrownBy(() -> ApplicationKey.parse(PEM.getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("UTF-16");
        assertThatThrownBy(() -> ApplicationKey.parse(PAIR.getPublic().getEncoded()))
                .hasMessageContaining("not a key in PEM");
    }

    @Test
    void malformedPemIsRejected() {
        assertRejected(PEM.replace("\n", ""), "malformed");
        assertRejected(PEM.replace("\n", "\r"), "malformed");
        assertRejected(PEM.replace("-----END PUBLIC KEY-----", ""), "malformed");
        assertRejected(PEM.replace("END PUBLIC", "END PRIVAT"), "malformed");
        assertRejected(PEM.replace("MFkw", "MF*w"), "malformed");
        assertRejected(PEM.replace("MFkw", "MFk"), "malformed", "not a public key");
        assertRejected("  " + PEM, "malformed");
    }

    @Test
    void otherKeyTypesAreNamed() throws Exception {
        assertRejected(pem(pair("EC", new ECGenParameterSpec("secp384r1"))), "P-384");
        assertRejected(pem(pair("EC", new ECGenParameterSpec("secp521r1"))), "P-521");
        assertRejected(pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair()), "Ed25519");
        assertRejected(pem(KeyPairGenerator.getInstance("RSA").generateKeyPair()), "an RSA key");
        String x = parse(PEM).point().substring(2, 66);
        String y = parse(PEM).point().substring(66);
        assertRejected(der("3039301306072a8648ce3d020106082a8648ce3d03010703220002" + x), "uncompressed");
        assertRejected(der("3056301006072a8648ce3d020106052b8104000a03420004" + x + y), "secp256k1");
        assertRejected(der("3059301306072a8648ce3d020106082a8648ce3d03010703420004" + y + x), "not on the curve");
        assertRejected(
                der("3059301306072a8648ce3d020106082a8648ce3d03010703420004" + "ff".repeat(64)), "not on the curve");
        assertRejected(
                der("3059301306072a8648ce3d020106082a8648ce3d03010703420004" + "00".repeat(64)), "not on the curve");
        assertRejected(der("3059301306072a8648ce3d020106082a8648ce3d03010703420004" + x + y + "00"), "uncompressed");
        assertRejected(der("3003020100"), "not a public key");
    }

    private static String der(String digits) {
        return ApplicationKey.pem("PUBLIC KEY", HexFormat.of().parseHex(digits));
    }

    private static String pem(KeyPair pair) {
        return ApplicationKey.pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    private static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ApplicationKey parse(String text) throws Rejected {
        return ApplicationKey.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRejected(String text, String... anyOf) {
        assertThatThrownBy(() -> parse(text)).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(anyOf).anyMatch(rejected.why()::contains);
            assertThat(rejected.remedy()).isNotEmpty();
        });
    }
}
