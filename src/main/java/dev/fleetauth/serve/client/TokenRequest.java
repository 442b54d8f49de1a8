package dev.fleetauth.serve.client;

import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.JsonReader;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** The parameters of a token request: a form (RFC 6749 6), or the JSON that TeslaMate and others send to Tesla. */
final class TokenRequest {

    private static final int JSON_LEVELS = 4;

    private final Map<String, String> parameters = new HashMap<>();

    private TokenRequest() {}

    /** Reads a JSON object, with numbers as strings. */
    private static final class Members extends JsonReader {
        Members(String text) {
            super(text, JSON_LEVELS);
        }

        @Override
        protected Object number(String digits, boolean whole) {
            return digits;
        }
    }

    /** Reads a request. */
    static TokenRequest read(Request request) throws IOException {
        String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE))
                .replaceFirst(";.*", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        TokenRequest read = new TokenRequest();
        String body = body(request);
        switch (type) {
            case "application/x-www-form-urlencoded" -> read.form(body);
            case "application/json" -> read.json(body);
            default -> throw ClientErrorException.invalid("the body is neither a form nor JSON");
        }
        return read;
    }

    private static String body(Request request) throws IOException {
        byte[] bytes = Request.asInputStream(request).readNBytes(Limits.SERVE_TOKEN_REQUEST_BYTES + 1);
        if (bytes.length > Limits.SERVE_TOKEN_REQUEST_BYTES) {
            throw new ClientErrorException(413, "invalid_request", "the body is too large");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ClientErrorException.invalid("the body is not UTF-8");
        }
    }

    private void form(String body) {
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            try {
                String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
                String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                // A parameter without a value counts as omitted (RFC 6749 3.2).
                if (!value.isEmpty() && parameters.putIfAbsent(name, value) != null) {
                    throw ClientErrorException.invalid("a parameter is repeated");
                }
            } catch (IllegalArgumentException e) {
                throw ClientErrorException.invalid("the form is not encoded correctly");
            }
        }
    }

    private void json(String body) {
        try {
            new Members(body).object().forEach((name, value) -> {
                if (value instanceof String text && !text.isEmpty()) {
                    parameters.put(name, text);
                }
            });
        } catch (MalformedException e) {
            throw ClientErrorException.invalid("the body is not a JSON object");
        }
    }

    /** The value of a required parameter. */
    String require(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw ClientErrorException.invalid("the parameter " + name + " is missing");
        }
        return value;
    }
}
