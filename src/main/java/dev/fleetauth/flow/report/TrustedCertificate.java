package dev.fleetauth.flow.report;

import dev.fleetauth.http.Certificates;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A certificate that a profile trusts in addition to the system's: the owner of its key can read what the profile
 * sends.
 *
 * @param subject the subject that it names
 * @param sha256 its SHA-256 fingerprint, in hexadecimal digits
 * @param until when it expires
 */
public record TrustedCertificate(String subject, String sha256, Instant until) {

    /** The number of fingerprint digits to show: enough to rule out a second matching certificate. */
    private static final int SHOWN_DIGITS = 32;

    /** The certificates in a profile's settings; none if they are unreadable, in which case every request fails. */
    public static List<TrustedCertificate> of(Settings settings) {
        try {
            return settings.certificates() == null
                    ? List.of()
                    : Certificates.read(settings.certificates()).stream()
                            .map(TrustedCertificate::of)
                            .toList();
        } catch (Failure e) {
            return List.of();
        }
    }

    /**
     * Rejects a file that has no certificate, or one that cannot be parsed.
     *
     * @param pem the content of the file
     * @param source the option or variable that names the file
     * @throws Failure of kind {@code BAD_VALUE}
     */
    public static void requireValid(String pem, String source, String file) {
        try {
            Certificates.read(pem);
        } catch (Failure e) {
            throw Failure.because(e, Kind.BAD_VALUE, source, file, "a file with PEM certificates");
        }
    }

    /** The certificate in words: its subject, the beginning of its fingerprint, and its expiry. */
    public String words() {
        return subject + ", SHA-256 " + sha256.substring(0, SHOWN_DIGITS) + "..., until "
                + until.truncatedTo(ChronoUnit.SECONDS);
    }

    private static TrustedCertificate of(X509Certificate certificate) {
        return new TrustedCertificate(
                String.valueOf(certificate.getSubjectX500Principal()),
                Certificates.fingerprint(certificate),
                certificate.getNotAfter().toInstant());
    }
}
