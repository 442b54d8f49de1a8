package dev.fleetauth.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that a page of another site makes a browser send to a running sandbox. */
@Tag("any-jdk")
class CrossSiteTest {

    private final TestClient client = new TestClient(SandboxOptions.TESLA);

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/next/login_required, Origin: https://evil.example, 403",
        "/next/login_required, Origin: null, 403",
        "/next/login_required, Origin: http://127.0.0.1:1, 403",
        "/next/login_required, Sec-Fetch-Site: cross-site, 403",
        "/next/login_required, Sec-Fetch-Site: same-site, 403",
        "/next/login_required, Accept: */*, 200",
        "/next/login_required, Origin: {own}, 200",
        "/next/login_required, Sec-Fetch-Site: same-origin, 200",
        "/next/login_required, Sec-Fetch-Site: none, 200",
        "/next/login_required, Host: evil.example, 421",
        "/fleet-auth/oauth2/v3/token, Origin: https://evil.example, 403",
        "/fleet-auth/oauth2/v3/token, Accept: */*, 400",
        "/user/revoke/consent, Origin: https://evil.example, 403",
        "/api/1/partner_accounts, Origin: https://evil.example, 403",
        "PUT /.well-known/appspecific/com.tesla.3p.public-key.pem, Origin: https://evil.example, 403",
        "PUT /.well-known/appspecific/com.tesla.3p.public-key.pem, Accept: */*, 201"
    })
    void onlyRequestsFromOtherSitesAreRejected(String path, String header, int status) throws IOException {
        assertThat(send(
                        path.startsWith("PUT ") ? path : "POST " + path,
                        header.replace("{own}", client.sandbox.base().toString())))
                .isEqualTo(status);
    }

    /** Uses a socket, since HTTP clients do not allow these headers to be set. */
    private int send(String request, String header) throws IOException {
        String host = header.startsWith("Host:")
                ? header
                : "Host: " + client.sandbox.base().getAuthority() + "\r\n" + header;
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), client.sandbox.base().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write((request + " HTTP/1.1\r\n" + host
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ", -1)[1]);
        }
    }
}
