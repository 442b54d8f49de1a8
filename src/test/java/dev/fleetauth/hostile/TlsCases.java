package dev.fleetauth.hostile;

import dev.fleetauth.hostile.Case.After;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;

/** Providers with an invalid certificate, and issuers at unsafe addresses: nothing is sent to either. */
final class TlsCases {

    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final HeldCertificate ROOT =
            new HeldCertificate.Builder().certificateAuthority(0).build();

    private TlsCases() {}

    static List<Case> all() {
        long now = System.currentTimeMillis();
        return List.of(
                certificate("of another host", leaf("auth.example"), "its certificate is for another host"),
                certificate("without a name", leaf(null), "its certificate is for another host"),
                certificate(
                        "that has expired",
                        leaf("localhost").validityInterval(now - 2 * DAY, now - DAY),
                        "its certificate has expired"),
                certificate(
                        "that is not valid yet",
                        leaf("localhost").validityInterval(now + DAY, now + 2 * DAY),
                        "its certificate is not valid yet"),
                certificate(
                        "that is self-signed",
                        new HeldCertificate.Builder().addSubjectAlternativeName("localhost"),
                        "its issuer"),
                issuer("on plain http", "http://auth.example"),
                issuer("on a host that looks like this machine", "http://127.0.0.1.example"),
                issuer("with credentials", "https://canary:canary@auth.example"),
                issuer("with a query", "https://auth.example?a=b"),
                issuer("with a fragment", "https://auth.example#a"),
                issuer("that is a script", "javascript:alert(1)"),
                issuer("that is a file", "file:///etc"));
    }

    private static HeldCertificate.Builder leaf(@org.jspecify.annotations.Nullable String name) {
        var leaf = new HeldCertificate.Builder().signedBy(ROOT).commonName("localhost");
        return name == null ? leaf : leaf.addSubjectAlternativeName(name);
    }

    private static Case certificate(String name, HeldCertificate.Builder leaf, String output) {
        return new Case(
                "TLS: a certificate " + name,
                "login -p other --issuer https://localhost:{port} --client-id x --cacert {folder}/given",
                o -> o.secure(leaf.build(), ROOT),
                6,
                output.equals("its issuer") ? "--cacert or FLEETAUTH_CACERT adds a trusted issuer" : output,
                "",
                After.SAME);
    }

    private static Case issuer(String name, String issuer) {
        return new Case(
                "issuer " + name,
                "login -p other --client-id x --issuer=" + issuer,
                o -> {},
                2,
                "use an https address",
                "",
                After.SAME);
    }
}
