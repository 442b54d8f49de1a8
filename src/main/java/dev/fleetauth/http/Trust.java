package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed: the system's authorities and, beside them, those that the person named.
 *
 * @param sockets makes the TLS connections
 * @param manager judges the certificates
 */
record Trust(SSLSocketFactory sockets, X509TrustManager manager) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*+)-----END CERTIFICATE-----");

    /**
     * @param pem certificates in PEM (RFC 7468); text around them is passed over
     * @throws Failure of kind {@code BAD_VALUE} if there is none in it, or one that cannot be read
     */
    static Trust systemAnd(String pem) {
        List<Certificate> extra = certificates(pem);
        try {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            int count = 0;
            for (X509Certificate root : manager(null).getAcceptedIssuers()) {
                roots.setCertificateEntry("root-" + count++, root);
            }
            for (Certificate root : extra) {
                roots.setCertificateEntry("root-" + count++, root);
            }
            X509TrustManager manager = manager(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            return new Trust(context.getSocketFactory(), manager);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot do TLS", e);
        }
    }

    private static X509TrustManager manager(@Nullable KeyStore roots) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new IllegalStateException("this JDK cannot judge certificates");
    }

    private static List<Certificate> certificates(String pem) {
        List<Certificate> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                found.add(x509.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(e);
        }
        if (found.isEmpty()) {
            throw unusable(null);
        }
        return found;
    }

    private static Failure unusable(@Nullable Exception cause) {
        // The text is not told: it may be a private key that was taken for a certificate.
        return Failure.because(
                cause,
                Failure.Kind.BAD_VALUE,
                "--cacert or FLEETAUTH_CACERT",
                "(not shown)",
                "a file with certificates in PEM");
    }
}
