package dev.fleetauth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people and programs put around a secret. */
@Tag("any-jdk")
class PastedSecretTest {

    private static final List<String> NAMES = List.of("refresh_token");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                " abc ",
                "abc\n",
                "abc\r\n",
                "\nabc\n\n",
                "\uFEFFabc",
                "\uFEFF\"abc\"\r\n",
                "\u00A0abc\u00A0",
                "\u200Babc",
                "\"abc\"",
                "'abc'",
                "`abc`",
                "<abc>",
                "“abc”",
                "„abc“",
                "‘abc’",
                "«abc»",
                "\" abc \"",
                "\"abc\",",
                "abc,",
                "abc;",
                "TOKEN=abc",
                "TOKEN = abc",
                "token=abc",
                "export TOKEN=abc",
                "export TESLA_REFRESH_TOKEN='abc'",
                "set TOKEN=abc",
                "$env:TOKEN = \"abc\"",
                "refresh_token: abc",
                "refresh-token: 'abc'",
                "\"refresh_token\": \"abc\",",
                "\"refresh_token\":\"abc\"",
                "Bearer abc",
                "bearer  abc",
                "Authorization: Bearer abc",
                "TOKEN=\"Bearer abc\"",
                "{\"refresh_token\":\"abc\"}",
                " \uFEFF{\"refresh_token\" : \"abc\", \"expires_in\": 1}\n",
                "{\"access_token\":\"x\",\"refreshToken\":\"abc\",\"id_token\":\"y\"}",
                "{\"response\":{\"refresh_token\":\"abc\"}}",
                "# mine\nCLIENT_ID=x\nTESLA_REFRESH_TOKEN=\"abc\"\nTESLA_ACCESS_TOKEN=y\n",
                "access_token: x\nrefresh_token: abc\n"
            })
    void aTokenIsFoundInItsWrapping(String text) throws PastedSecret.Malformed {
        assertThat(PastedSecret.token(text, NAMES)).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "NA_0123",
                "1//0a-b_c",
                "a.b.c",
                "abc=",
                "ab+/==",
                "M.C5_BAY.0.U.-Cq!x*y$",
                "0.AXoAbc~d",
                "x:y"
            })
    void aTokenAloneIsNotChanged(String token) throws PastedSecret.Malformed {
        assertThat(PastedSecret.token(token + "\n", NAMES)).isEqualTo(token);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "''|empty",
                "\"\"|empty",
                "two words|spaces",
                "abc\"|a character that no token has, U+0022",
                "\"abc|a character that no token has, U+0022",
                "a\u200Bbc|U+200B",
                "gr\u00FCn|U+00FC",
                "{\"refresh_token\":\"abc\",}|not well-formed JSON",
                "{\"access_token\":\"abc\"}|JSON without a member refresh_token",
                "{\"a\":{\"refresh_token\":\"abc\"},\"b\":{\"refresh_token\":\"abd\"}}|several values",
                "[\"abc\"]|U+005B",
                "https://localhost/callback?code=abc|URL",
                "grant_type=refresh_token&refresh_token=abc|U+0026",
                "a\uFFFDc|U+FFFD"
            })
    void aMalformedTokenIsRejected(String text, String why) {
        assertThatThrownBy(() -> PastedSecret.token(text, NAMES))
                .isInstanceOfSatisfying(
                        PastedSecret.Malformed.class, e -> assertThat(e.why()).contains(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "A=x\nB=y", "REFRESH_TOKEN=x\nOTHER_REFRESH_TOKEN=y"})
    void severalLinesOrNulAreRejected(String text) {
        assertThatThrownBy(() -> PastedSecret.token(text, NAMES)).isInstanceOf(PastedSecret.Malformed.class);
    }

    /** A client secret may contain almost any character, so less around it is removed. */
    @ParameterizedTest
    @ValueSource(strings = {"a b", "p=q", "x;", "x,", "grün", "=x", "Ab3=cd", "a:b", "a&b"})
    void aSecretAloneIsNotChanged(String secret) throws PastedSecret.Malformed {
        assertThat(PastedSecret.secret(" " + secret + "\r\n", List.of("client_secret")))
                .isEqualTo(secret);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a b\"",
                "CLIENT_SECRET=a b",
                "export X='a b'",
                "client_secret=\"a b\"",
                "client-secret: a b",
                "\"clientSecret\": \"a b\",",
                "{\"client_id\":\"x\",\"client_secret\":\"a b\"}"
            })
    void aSecretIsFoundInItsWrapping(String text) throws PastedSecret.Malformed {
        assertThat(PastedSecret.secret(text, List.of("client_secret"))).isEqualTo("a b");
    }

    @Test
    void aSecretWithInvisibleCharactersIsRejected() {
        assertThatThrownBy(() -> PastedSecret.secret("a\u200Bb", List.of("client_secret")))
                .isInstanceOfSatisfying(
                        PastedSecret.Malformed.class, e -> assertThat(e.why()).contains("U+200B"));
    }
}
