package dev.fleetauth.flow;

import dev.fleetauth.http.Certificates;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Settings;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate that a profile trusts in addition to the system's authorities: who has its key can read what the profile
 * sends.
 *
 * @param subject whom it names
 * @param sha256 its SHA-256 fingerprint, in hexadecimal digits
 * @param until when it expires
 */
public record AddedTrust(String subject, String sha256, Instant until) {

    /**
     * What a profile's settings add.
     *
     * @throws Failure of kind {@code BAD_VALUE} if that is no certificate
     */
    public static List<AddedTrust> of(Settings settings) {
        return settings.certificates() == null
                ? List.of()
                : Certificates.read(settings.certificates()).stream()
                        .map(AddedTrust::of)
                        .toList();
    }

    private static AddedTrust of(X509Certificate certificate) {
        return new AddedTrust(
                certificate.getSubjectX500Principal().getName(),
                Certificates.fingerprint(certificate),
                certificate.getNotAfter().toInstant());
    }
}
