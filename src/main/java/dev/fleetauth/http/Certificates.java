package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses the PEM certificates (RFC 7468) that are trusted in addition to the system's. */
public final class Certificates {

    /** The beginning of a certificate, and the rest if it is well-formed. */
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----(?:([A-Za-z0-9+/=\\s]*+)-----END CERTIFICATE-----)?");

    private Certificates() {}

    /**
     * Parses certificates; text around them is ignored.
     *
     * @throws Failure of kind {@code BAD_VALUE} if there is none, or if one cannot be parsed
     */
    public static List<X509Certificate> read(String pem) {
        List<X509Certificate> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                if (block.group(1) == null) {
                    throw unusable(null);
                }
                byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                found.add((X509Certificate) x509.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(e);
        }
        if (found.isEmpty()) {
            throw unusable(null);
        }
        return found;
    }

    /** The SHA-256 fingerprint of a certificate, in hexadecimal digits. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the hash of a certificate cannot be computed", e);
        }
    }

    private static Failure unusable(@Nullable Exception cause) {
        // The text is not shown: it may be a private key that was mistaken for a certificate.
        return Failure.because(
                cause, Failure.Kind.BAD_VALUE, "the PEM text", "(not shown)", "a file with certificates in PEM");
    }
}
