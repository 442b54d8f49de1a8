package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Text of a server that repeats a secret, or a part of one. */
@Tag("any-jdk")
class ServerTextTest {

    private static final String TOKEN = "NA_4f0c9b1d2e8a7c6f5d4e3b2a190807162534";
    private static final String CLIENT_SECRET = "ta-secret.Q7x+kZ2mW9/vLp0sT4";

    private static Named<UnaryOperator<String>> form(String name, UnaryOperator<String> form) {
        return Named.of(name, form);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }

    static Stream<Named<UnaryOperator<String>>> forms() {
        return Stream.of(
                form("whole", text -> text),
                form("the first half", text -> text.substring(0, text.length() / 2)),
                form("the second half", text -> text.substring(text.length() / 2)),
                form("a middle part", text -> text.substring(11, 21)),
                form("in capitals", text -> text.toUpperCase(Locale.ROOT)),
                form("with spaces", text -> String.join(" ", text.split("", -1))),
                form("in groups", text -> text.replaceAll("(.{4})", "$1-")),
                form("with line ends", text -> text.replaceAll("(.{3})", "$1\n")),
                form("with invisible characters", text -> text.replaceAll("(.)", "$1\u200b")),
                form("backwards", ServerTextTest::reversed),
                form("half of it backwards", text -> reversed(text.substring(text.length() / 2))),
                form(
                        "backwards with spaces",
                        text -> String.join(" ", reversed(text).split("", -1))),
                form("urlencoded", text -> URLEncoder.encode(text, StandardCharsets.UTF_8)),
                form("in hexadecimal digits", text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))),
                form("in Base64", ServerTextTest::base64),
                form("in Base64 after a name", text -> base64("x:" + text).substring(4)),
                form("in Base64 after two letters", text -> base64("xy" + text).substring(4)));
    }

    /** Only letters and digits are counted. */
    @ParameterizedTest
    @MethodSource("forms")
    void atMostFourCharactersOfASecretAreShown(UnaryOperator<String> form) {
        for (String secret : List.of(TOKEN, CLIENT_SECRET)) {
            String echoed = form.apply(secret);
            String shown = ServerText.withoutSecrets("wrong: " + echoed + "!", List.of(new Secret(secret)));
            assertThat(shown).startsWith("wrong: ").endsWith("!").contains("…");
            String rest = shown.replaceAll("wrong: |[!…]|[^A-Za-z0-9]", "");
            assertThat(rest.length()).as(shown).isLessThan(5);
        }
    }

    @Test
    void wordsAreShown() {
        List<Secret> sent = List.of(new Secret(TOKEN), new Secret(CLIENT_SECRET), new Secret("a-refresh-token"));
        for (String words : List.of(
                "The refresh token has expired.",
                "The client_id or client_secret is invalid.",
                "invalid_grant",
                "login_required",
                "Reference 8d4667c7-2429-41d0-aaf8-23c45324a603",
                "")) {
            assertThat(ServerText.withoutSecrets(words, sent)).isEqualTo(words);
        }
    }

    @Test
    void aShortSecretIsNotShownEither() {
        assertThat(ServerText.withoutSecrets("no pw7 here", List.of(new Secret("pw7"))))
                .isEqualTo("no … here");
    }
}
