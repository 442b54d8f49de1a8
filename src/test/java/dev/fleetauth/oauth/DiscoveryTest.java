package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.HttpResponse;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.testing.TestClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("any-jdk")
class DiscoveryTest {

    private static final String ISSUER = "https://auth.example";
    private static final URI OPENID = URI.create(ISSUER + "/.well-known/openid-configuration");
    private static final URI OAUTH = URI.create(ISSUER + "/.well-known/oauth-authorization-server");

    @TempDir
    private Path home;

    private final FakeHttp http = new FakeHttp();
    private final TestClock clock = new TestClock(Instant.parse("2026-11-22T06:00:00Z"));
    private final List<String> warnings = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "https://auth.example, https://auth.example/.well-known/openid-configuration",
        "https://auth.example/, https://auth.example/.well-known/openid-configuration",
        "https://auth.example/a/b, https://auth.example/a/b/.well-known/openid-configuration",
        "https://auth.example/a/b/, https://auth.example/a/b/.well-known/openid-configuration",
        "http://127.0.0.1:9000, http://127.0.0.1:9000/.well-known/openid-configuration",
        "http://[::1]:9000/a, http://[::1]:9000/a/.well-known/openid-configuration"
    })
    void theDocumentIsReadFromTheAddressOfOpenIdConnect(String issuer, URI address) {
        http.answer(address, 200, document(issuer, "/token"));
        assertThat(discovery().ofIssuer(issuer).value("issuer")).contains(issuer);
    }

    @ParameterizedTest
    @CsvSource({
        "https://auth.example, https://auth.example/.well-known/oauth-authorization-server",
        "https://auth.example/, https://auth.example/.well-known/oauth-authorization-server",
        "https://auth.example:8443/a/b/, https://auth.example:8443/.well-known/oauth-authorization-server/a/b"
    })
    void theAddressOfRfc8414IsTheFallback(String issuer, URI address) {
        http.answer(address, 200, document(issuer, "/token"));
        assertThat(discovery().ofIssuer(issuer).value("issuer")).contains(issuer);
        assertThat(http.asked).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "auth.example",
                "http://auth.example",
                "https://auth.example?a=b",
                "https://auth.example#a",
                "https://",
                "https://auth.example/a b",
                "ftp://auth.example"
            })
    void invalidIssuersAreRejected(String issuer) {
        Failure failure = failure(() -> discovery().ofIssuer(issuer));
        assertThat(failure.kind()).isEqualTo(Kind.BAD_VALUE);
        assertThat(failure.fields()).containsEntry("value", issuer);
        assertThat(http.asked).isEmpty();
    }

    @Test
    void credentialsInAnIssuerAreNotShown() {
        Failure failure = failure(() -> discovery().ofIssuer("https://me:canary@auth.example"));
        assertThat(failure.kind()).isEqualTo(Kind.BAD_VALUE);
        assertThat(failure.fields()).containsEntry("value", "https://…@auth.example");
    }

    @Test
    void theIssuerMustMatchExactly() {
        http.answer(OPENID, 200, document(ISSUER + "/", "/token"));
        Failure failure = failure(() -> discovery().ofIssuer(ISSUER));
        assertThat(failure.kind()).isEqualTo(Kind.METADATA_REJECTED);
        assertThat(failure.fields().get("why")).contains("\"https://auth.example/\"", "\"https://auth.example\"");
    }

    @Test
    void aDocumentElsewhereMayHaveOneOfSeveralIssuers() {
        URI address = URI.create("https://other.example/document");
        http.answer(address, 200, "{\"issuer\":\"https://auth.example\"}");
        ProviderMetadata metadata = discovery().read(address, Set.of(ISSUER, "https://x.example"));
        assertThat(metadata.value("issuer")).contains(ISSUER);
        assertThat(failure(() -> discovery().read(address, Set.of("https://x.example")))
                        .kind())
                .isEqualTo(Kind.METADATA_REJECTED);
    }

    @Test
    void aMissingDocumentIsReported() {
        Failure failure = failure(() -> discovery().ofIssuer(ISSUER));
        assertThat(failure.kind()).isEqualTo(Kind.METADATA_REJECTED);
        assertThat(failure.fields())
                .containsEntry("address", OPENID.toString())
                .containsEntry("why", "it was not found (status 404), nor was one at " + OAUTH)
                .containsEntry("remedy", "check the issuer, character for character");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "301 | '' | METADATA_REJECTED | was moved (status 301 to https://evil.example/x)",
                "307 | '' | METADATA_REJECTED | was moved (status 307",
                "304 | '' | METADATA_REJECTED | was moved (status 304",
                "400 | {} | METADATA_REJECTED | was refused (status 400)",
                "401 | {} | METADATA_REJECTED | was refused (status 401)",
                "403 | {} | METADATA_REJECTED | was refused (status 403)",
                "204 | {} | METADATA_REJECTED | was refused (status 204)",
                "200 | [] | METADATA_REJECTED | is not a JSON object",
                "200 | '' | METADATA_REJECTED | is not a JSON object",
                "200 | <!doctype html><title>Login</title> | BAD_RESPONSE | \"Login\"",
                "403 | <html><title>Access Denied</title> | BLOCKED_BY_CDN | Access Denied",
                "429 | {} | RATE_LIMITED | wait",
                "500 | {} | SERVER_ERROR | 500",
                "503 | <html><title>Maintenance</title> | SERVER_ERROR | Maintenance"
            })
    void aResponseWithoutADocumentIsReported(int status, String body, Kind kind, String expected) {
        http.answer(OPENID, status, body, "location", "https://evil.example/x?a=b");
        Failure failure = failure(() -> discovery().ofIssuer(ISSUER));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.fields().toString()).contains(expected);
        assertThat(http.asked).containsExactly(OPENID.toString());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"max-age=600\", 600",
                "\"public, Max-Age=600\", 600",
                "\"max-age=\"\"600\"\"\", 600",
                "\"max-age=999999999\", 86400",
                "\"max-age=0\", 0",
                "\"no-cache, max-age=600\", 0",
                "\"max-age=-1\", 3600",
                "\"max-age=x\", 3600",
                "\"\", 3600"
            })
    void theCacheControlHeaderDeterminesHowLongADocumentIsFresh(String cacheControl, long seconds) {
        http.answer(OPENID, 200, document(ISSUER, "/token"), "cache-control", cacheControl);
        discovery().ofIssuer(ISSUER);
        if (seconds > 0) {
            clock.advance(Duration.ofSeconds(seconds - 1));
            discovery().ofIssuer(ISSUER);
            assertThat(http.asked).hasSize(1);
            clock.advance(Duration.ofSeconds(1));
        }
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(2);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aNoStoreResponseRemovesTheCachedDocument() {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        clock.advance(Duration.ofHours(2));
        http.answer(OPENID, 200, document(ISSUER, "/token"), "cache-control", "no-store, max-age=600");
        discovery().ofIssuer(ISSUER);
        assertThat(files()).isEmpty();
    }

    @Test
    void anOldDocumentIsRevalidated() {
        http.answer(
                OPENID,
                200,
                document(ISSUER, "/token"),
                "etag",
                "W/\"1\"",
                "last-modified",
                "Sun, 01 Nov 2026 00:00:00 GMT");
        discovery().ofIssuer(ISSUER);
        clock.advance(Duration.ofHours(2));
        http.answer(OPENID, 304, "", "cache-control", "max-age=7200");
        assertThat(discovery().ofIssuer(ISSUER).value("token_endpoint")).contains(ISSUER + "/token");
        assertThat(http.headers.get(0)).isEmpty();
        assertThat(http.headers.get(1))
                .containsEntry("If-None-Match", "W/\"1\"")
                .containsEntry("If-Modified-Since", "Sun, 01 Nov 2026 00:00:00 GMT");
        clock.advance(Duration.ofHours(1));
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(2);
        clock.advance(Duration.ofHours(2));
        http.answer(OPENID, 200, document(ISSUER, "/token2"));
        assertThat(discovery().ofIssuer(ISSUER).value("token_endpoint")).contains(ISSUER + "/token2");
        assertThat(http.headers.get(2)).containsKey("If-None-Match");
    }

    @Test
    void aValidatorThatIsNotAllowedInAHeaderIsNotKept() {
        http.answer(OPENID, 200, document(ISSUER, "/token"), "etag", "\"\u00e4\"", "last-modified", "x".repeat(1000));
        discovery().ofIssuer(ISSUER);
        clock.advance(Duration.ofHours(2));
        discovery().ofIssuer(ISSUER);
        assertThat(http.headers.get(1)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "NO_RESPONSE"})
    void anOldDocumentIsUsedIfTheProviderIsUnreachable(Kind kind) {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        http.fail(Failure.of(kind, OPENID, "it refused the connection"));
        clock.advance(Duration.ofDays(3));
        assertThat(discovery().ofIssuer(ISSUER).value("token_endpoint")).contains(ISSUER + "/token");
        assertThat(warnings)
                .containsExactly("the discovery document at " + OPENID
                        + " could not be fetched: it refused the connection; using a copy from 3 d ago");
        clock.advance(Duration.ofDays(27));
        discovery().ofIssuer(ISSUER);
        clock.advance(Duration.ofSeconds(1));
        assertThat(failure(() -> discovery().ofIssuer(ISSUER)).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"500, {}, status 500", "503, {}, status 503", "429, {}, too many requests", "403, <html>, blocked"})
    void anOldDocumentIsUsedAfterATemporaryError(int status, String body, String expected) {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        clock.advance(Duration.ofHours(5));
        http.answer(OPENID, status, body);
        assertThat(discovery().ofIssuer(ISSUER).value("token_endpoint")).contains(ISSUER + "/token");
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains(expected, "5 h");
    }

    @Test
    void anOldDocumentOfTheSecondAddressIsUsed() {
        http.answer(OAUTH, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(2);
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(2);
        clock.advance(Duration.ofHours(2));
        http.fail(Failure.of(Kind.UNREACHABLE, OPENID, "it is gone"));
        discovery().ofIssuer(ISSUER);
        assertThat(warnings.get(0)).contains(OAUTH.toString());
    }

    @Test
    void anOldDocumentDoesNotHideAnInvalidOne() {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        clock.advance(Duration.ofHours(2));
        http.answer(OPENID, 200, document("https://evil.example", "/token"));
        assertThat(failure(() -> discovery().ofIssuer(ISSUER)).kind()).isEqualTo(Kind.METADATA_REJECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{}",
                "[]",
                "{\"address\":\"ADDRESS\",\"document\":7,\"received_at_epoch\":NOW,\"fresh_until_epoch\":LATER}",
                "{\"address\":\"ADDRESS\",\"document\":\"x\",\"received_at_epoch\":NOW,\"fresh_until_epoch\":LATER}",
                "{\"address\":\"OTHER\",\"document\":\"DOCUMENT\",\"received_at_epoch\":NOW,\"fresh_until_epoch\":LATER}",
                "{\"address\":\"ADDRESS\",\"document\":\"EVIL\",\"received_at_epoch\":NOW,\"fresh_until_epoch\":LATER}",
                "{\"address\":\"ADDRESS\",\"document\":\"DOCUMENT\",\"received_at_epoch\":NOW,\"fresh_until_epoch\":NEVER}",
                "{\"address\":\"ADDRESS\",\"document\":\"DOCUMENT\",\"received_at_epoch\":LATER,\"fresh_until_epoch\":NEVER}",
                "{\"address\":\"ADDRESS\",\"document\":\"DOCUMENT\",\"received_at_epoch\":0,\"fresh_until_epoch\":LATER}",
                "{\"address\":\"ADDRESS\",\"document\":\"DOCUMENT\"}",
                "{\"address\":\"ADDRESS\",\"document\":\"DOCUMENT\",\"received_at_epoch\":9e999,\"fresh_until_epoch\":1}"
            })
    void anInvalidFileIsIgnoredAndReplaced(String content) throws IOException {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        Path file = files().get(0);
        long now = clock.instant().getEpochSecond();
        Files.writeString(
                file,
                content.replace("ADDRESS", OPENID.toString())
                        .replace("OTHER", OAUTH.toString())
                        .replace("DOCUMENT", document(ISSUER, "/old").replace("\"", "\\\""))
                        .replace(
                                "EVIL", document("https://evil.example", "/old").replace("\"", "\\\""))
                        .replace("NOW", Long.toString(now))
                        .replace("LATER", Long.toString(now + 600))
                        .replace("NEVER", Long.toString(now + 999_999)));
        assertThat(discovery().ofIssuer(ISSUER).value("token_endpoint")).contains(ISSUER + "/token");
        assertThat(http.asked).hasSize(2);
        assertThat(http.headers.get(1)).isEmpty();
        assertThat(Files.readString(file)).contains("/token").doesNotContain("/old");
    }

    /** As after a kill: no other file is left, and a truncated file is not mistaken for the document. */
    @Test
    void aTruncatedFileIsIgnoredAndReplaced() throws IOException {
        http.answer(OPENID, 200, document(ISSUER, "/token"), "cache-control", "max-age=600");
        discovery().ofIssuer(ISSUER);
        Path file = files().get(0);
        String whole = Files.readString(file);
        for (int length = 0; length < whole.length(); length += 7) {
            Files.writeString(file, whole.substring(0, length));
            http.asked.clear();
            discovery().ofIssuer(ISSUER);
            assertThat(http.asked).as("truncated at %s", length).hasSize(1);
            assertThat(file).hasContent(whole);
            assertThat(files()).containsExactly(file);
        }
    }

    @Test
    void aFileThatIsTooLargeIsIgnored() throws IOException {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        Path file = files().get(0);
        Files.writeString(file, Files.readString(file) + " ".repeat(10 * 1024 * 1024));
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(2);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeInPlaceOfAFileDoesNotBlock() throws IOException, InterruptedException {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        Path file = files().get(0);
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> discovery().ofIssuer(ISSUER));
        assertThat(Files.isRegularFile(file)).isTrue();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerCanReadTheCache() throws IOException {
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        assertThat(files()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void theOldestFilesAreDeleted() throws IOException {
        Files.createDirectories(folder());
        for (int i = 0; i < Limits.CACHED_DOCUMENTS; i++) {
            Path old = Files.writeString(folder().resolve(i + ".json"), "{}");
            Files.setLastModifiedTime(old, FileTime.fromMillis(1000L * i));
        }
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        assertThat(files()).hasSize(Limits.CACHED_DOCUMENTS).doesNotContain(folder().resolve("0.json"));
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(1);
    }

    @Test
    void aDirectoryThatCannotBeCreatedIsNoFailure() throws IOException {
        Files.writeString(home.resolve("cache"), "a file in its place");
        http.answer(OPENID, 200, document(ISSUER, "/token"));
        discovery().ofIssuer(ISSUER);
        discovery().ofIssuer(ISSUER);
        assertThat(http.asked).hasSize(2);
        assertThat(warnings).isEmpty();
    }

    private Path folder() {
        return home.resolve("cache").resolve("discovery");
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder())) {
            return files.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private Discovery discovery() {
        return new Discovery(http, folder(), clock, warnings::add);
    }

    private static String document(String issuer, String tokenPath) {
        return "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"https://auth.example" + tokenPath + "\"}";
    }

    private static Failure failure(Runnable action) {
        return catchThrowableOfType(Failure.class, action::run);
    }

    /** Returns the last response that was set for an address, or 404. */
    private static final class FakeHttp implements Http {
        final List<String> asked = new ArrayList<>();
        final List<Map<String, String>> headers = new ArrayList<>();
        private final Map<URI, HttpResponse> answers = new HashMap<>();
        private final Deque<Failure> failure = new ArrayDeque<>();

        void answer(URI uri, int status, String body, String... headers) {
            Map<String, List<String>> named = new HashMap<>();
            for (int i = 0; i < headers.length; i += 2) {
                named.put(headers[i], List.of(headers[i + 1]));
            }
            answers.put(uri, new HttpResponse(uri, status, named, body.getBytes(StandardCharsets.UTF_8)));
        }

        void fail(Failure with) {
            failure.add(with);
        }

        @Override
        public HttpResponse get(URI uri, Map<String, String> headers, int maxBytes) {
            asked.add(uri.toString());
            this.headers.add(headers);
            assertThat(maxBytes).isEqualTo(256 * 1024);
            if (!failure.isEmpty()) {
                throw failure.peek();
            }
            return answers.getOrDefault(uri, new HttpResponse(uri, 404, Map.of(), new byte[0]));
        }

        @Override
        public HttpResponse post(URI uri, Map<String, String> headers, String form, int maxBytes) {
            throw new AssertionError("discovery posts nothing");
        }
    }
}
