package dev.fleetauth.oauth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class ResponseClassifierTest {

    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String DENIED =
            "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY><H1>Access Denied</H1></BODY></HTML>";

    @ParameterizedTest
    @CsvSource({"200, {}", "400, {\"error\":\"invalid_grant\"}", "401, {\"error\":\"login_required\"}", "403, {}"})
    void aJsonResponseIsAVerdict(int status, String body) {
        assertThat(ResponseClassifier.nonVerdict(answer(status, JSON, body), List.of()))
                .isNull();
        assertThat(ResponseClassifier.json(answer(status, JSON, body), List.of()))
                .isNotNull();
    }

    @Test
    void jsonIsRecognizedByItsContentAndNotByItsMediaType() {
        assertThat(ResponseClassifier.json(answer(400, "text/plain", "{\"error\":\"x\"}"), List.of())
                        .path("error")
                        .asText())
                .isEqualTo("x");
    }

    static Stream<Arguments> noVerdicts() {
        return Stream.of(
                Arguments.of(403, HTML, DENIED, Kind.BLOCKED_BY_CDN, "title=Access Denied"),
                Arguments.of(403, JSON, DENIED, Kind.BLOCKED_BY_CDN, "title=Access Denied"),
                Arguments.of(403, "", " \n<!DOCTYPE HTML><p>x", Kind.BLOCKED_BY_CDN, "title=, reference=}"),
                Arguments.of(500, JSON, "{\"error\":\"server_error\"}", Kind.SERVER_ERROR, "status=500"),
                Arguments.of(502, HTML, "<html><title>Bad Gateway</title>", Kind.SERVER_ERROR, "title=Bad Gateway"),
                Arguments.of(503, "", "", Kind.SERVER_ERROR, "status=503, title=, reference=}"),
                Arguments.of(599, "", "", Kind.SERVER_ERROR, "status=599"),
                Arguments.of(408, "", "", Kind.SERVER_ERROR, "status=408"),
                Arguments.of(425, "", "", Kind.SERVER_ERROR, "status=425"),
                Arguments.of(429, HTML, DENIED, Kind.RATE_LIMITED, "wait=}"),
                Arguments.of(
                        200,
                        HTML,
                        "<title>Welcome to the hotel</title>",
                        Kind.BAD_RESPONSE,
                        "\"Welcome to the hotel\""),
                Arguments.of(400, HTML, DENIED, Kind.BAD_RESPONSE, "status 400 with an HTML page"),
                Arguments.of(401, HTML, DENIED, Kind.BAD_RESPONSE, "status 401 with an HTML page"),
                Arguments.of(302, "", "", Kind.BAD_RESPONSE, "status 302: redirects are not followed"),
                Arguments.of(307, JSON, "{}", Kind.BAD_RESPONSE, "status 307: redirects are not followed"));
    }

    @ParameterizedTest
    @MethodSource("noVerdicts")
    void otherResponsesAreNoVerdict(int status, String type, String body, Kind kind, String expected) {
        HttpResponse answer = answer(status, type, body);
        Failure failure = requireNonNull(ResponseClassifier.nonVerdict(answer, List.of()));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.fields()).containsEntry("address", "https://auth.example/token");
        assertThat(failure.fields().toString()).contains(expected);
        Failure thrown = catchThrowableOfType(Failure.class, () -> ResponseClassifier.json(answer, List.of()));
        assertThat(thrown.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "retry-after, 7, 7 s",
                "retry-after, 0, 0 s",
                "retry-after, \" 7 \", 7 s",
                "ratelimit-reset, 9, 9 s",
                "retry-after, \"Sun, 22 Nov 2026 06:00:30 GMT\", 30 s",
                "retry-after, \"Sun, 22 Nov 2026 05:00:00 GMT\", \"\"",
                "retry-after, -1, \"\"",
                "retry-after, 1e9, \"\"",
                "retry-after, 86401, \"\"",
                "retry-after, 99999999999999999999, \"\"",
                "retry-after, soon, \"\""
            })
    void headersDetermineTheWait(String header, String value, String wait) {
        Map<String, List<String>> headers =
                Map.of(header, List.of(value), "date", List.of("Sun, 22 Nov 2026 06:00:00 GMT"));
        Failure failure = requireNonNull(ResponseClassifier.nonVerdict(
                new HttpResponse(URI.create("https://auth.example/token"), 429, headers, new byte[0]), List.of()));
        assertThat(failure.fields()).containsEntry("wait", wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"x\"",
                "1",
                "{",
                "{}{}",
                "{} x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":\"\u0000\"}",
                "access_token=x"
            })
    void textThatIsNotOneJsonObjectIsRejected(String body) {
        Failure failure =
                catchThrowableOfType(Failure.class, () -> ResponseClassifier.json(answer(200, JSON, body), List.of()));
        assertThat(failure.kind()).isEqualTo(Kind.BAD_RESPONSE);
        assertThat(failure.fields().get("why")).startsWith("the response with status 200 is not");
        assertThat(failure).hasNoCause();
    }

    @Test
    void deepNestingIsRejectedAndALongNumberIsKeptAsText() {
        String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        assertThat(catchThrowableOfType(
                                Failure.class, () -> ResponseClassifier.json(answer(200, JSON, deep), List.of()))
                        .fields()
                        .get("why"))
                .contains("nested too deeply");
        String digits = "9".repeat(10_000);
        for (String number : List.of(digits, "-" + digits, "1." + digits, "1e" + digits)) {
            assertThat(ResponseClassifier.json(answer(200, JSON, "{\"a\":" + number + "}"), List.of())
                            .get("a")
                            .asText())
                    .as("kept as text")
                    .isEqualTo(number);
        }
    }

    @Test
    void otherEncodingsAreRejected() {
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1)) {
            HttpResponse answer = new HttpResponse(
                    URI.create("https://auth.example/token"), 200, Map.of(), "{\"a\":\"\u00e4\"}".getBytes(charset));
            assertThat(catchThrowableOfType(Failure.class, () -> ResponseClassifier.json(answer, List.of()))
                            .fields()
                            .get("why"))
                    .contains("is not UTF-8");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<html><title>Just a moment...</title> | Just a moment...",
                "<html><TITLE lang='en'> Two\u0085 lines </TITLE> | Two lines",
                "<html><title>\u001b[31mRed\u0007\u202eback</title> | [31mRed back",
                "<html><title>No token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln here</title> | No token … here",
                "<html><title>\u0130stanbul</title> | \u0130stanbul",
                "<html>\u0130\u0130\u0130\u0130<title>x</title> | x",
                "<html><title | ``",
                "<html><title> | ``",
                "<html><p>none | ``"
            })
    void theTitleOfAPageIsExtracted(String page, String title) {
        assertThat(ResponseClassifier.title(answer(403, HTML, page), List.of())).isEqualTo(title);
    }

    @Test
    void aLongTitleIsTruncatedAndAPageMayHaveNone() {
        assertThat(ResponseClassifier.title(
                        answer(403, HTML, "<title>" + "ab ".repeat(100_000) + "</title>"), List.of()))
                .hasSizeLessThanOrEqualTo(81);
        assertThat(ResponseClassifier.title(answer(403, HTML, "<title ".repeat(100_000)), List.of()))
                .isEmpty();
        assertThat(ResponseClassifier.title(answer(403, JSON, "{\"a\":\"<title>x</title>\"}"), List.of()))
                .isEmpty();
    }

    private static HttpResponse answer(int status, String mediaType, String body) {
        Map<String, List<String>> headers = new HashMap<>();
        if (!mediaType.isEmpty()) {
            headers.put("content-type", List.of(mediaType));
        }
        return new HttpResponse(
                URI.create("https://auth.example/token?a=b"), status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
