package dev.fleetauth.http;

import dev.fleetauth.model.Failure;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The trusted certificates: the system's authorities and those that the user added.
 *
 * @param sockets creates TLS connections
 * @param manager verifies certificates
 */
record Trust(SSLSocketFactory sockets, X509TrustManager manager) {

    /**
     * Trusts the system's authorities and additional certificates.
     *
     * @param pem certificates in PEM (RFC 7468); text around them is ignored
     * @throws Failure of kind {@code BAD_VALUE} if there is none, or if one cannot be parsed
     */
    static Trust systemAnd(String pem) {
        List<X509Certificate> extra = Certificates.read(pem);
        try {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            int count = 0;
            for (X509Certificate root : manager(null).getAcceptedIssuers()) {
                roots.setCertificateEntry("root-" + count++, root);
            }
            for (X509Certificate root : extra) {
                roots.setCertificateEntry("root-" + count++, root);
            }
            X509TrustManager manager = manager(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            return new Trust(context.getSocketFactory(), manager);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK does not support TLS", e);
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
        throw new IllegalStateException("this JDK cannot verify certificates");
    }
}
