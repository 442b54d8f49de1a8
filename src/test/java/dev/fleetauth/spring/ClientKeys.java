package dev.fleetauth.spring;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The key pair of the clients that authenticate with one, and the address of its public key. */
final class ClientKeys {

    /** Spring accepts only one algorithm per client, so the key specifies it. */
    static final RSAKey KEY = make();

    private static final HttpServer SERVER = serve();

    private ClientKeys() {}

    static String address() {
        return "http://127.0.0.1:" + SERVER.getAddress().getPort() + "/keys";
    }

    private static RSAKey make() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID("client-key-1")
                    .algorithm(JWSAlgorithm.PS256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpServer serve() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] keys = new JWKSet(KEY).toString(true).getBytes(StandardCharsets.UTF_8);
            server.createContext("/keys", exchange -> {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, keys.length);
                try (var body = exchange.getResponseBody()) {
                    body.write(keys);
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
