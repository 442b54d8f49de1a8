package dev.fleetauth.sandbox;

import static dev.fleetauth.sandbox.TestClient.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.model.Secret;
import dev.fleetauth.sandbox.TestClient.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tesla's refresh tokens: single use, with a grace period for lost responses. */
@Tag("any-jdk")
class RefreshTokensTest {

    private static final List<String> LOGIN_REQUIRED = List.of("401", "login_required");

    private final TestClient client =
            new TestClient(SandboxOptions.TESLA.withRedirectUris("https://app.example/callback"));

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    @Test
    void eachRefreshReplacesTheTokens() throws Exception {
        Answer first = client.login();
        Answer second = client.refresh(first.text("refresh_token"));
        assertThat(second.text("refresh_token")).isNotEqualTo(first.text("refresh_token"));
        assertThat(second.text("access_token")).isNotEqualTo(first.text("access_token"));
        assertThat(client.refresh(second.text("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void aRefreshEndsEarlierAccessTokensOnlyIfConfigured() throws Exception {
        Answer first = client.login();
        Answer second = client.refresh(first.text("refresh_token"));
        assertThat(client.me(first.text("access_token")).status()).isEqualTo(200);
        client.sandbox.refreshEndsAccessTokens(true);
        Answer third = client.refresh(second.text("refresh_token"));
        assertThat(client.me(second.text("access_token")).status()).isEqualTo(401);
        assertThat(client.me(third.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void theLastSpentTokenIsAcceptedForADay() throws Exception {
        String spent = client.login().text("refresh_token");
        client.refresh(spent);
        client.clock.advance(Duration.ofHours(23));
        assertThat(client.sandbox.isActive(new Secret(spent))).isTrue();
        assertThat(client.refresh(spent).status()).isEqualTo(200);
        client.clock.advance(Duration.ofHours(1));
        assertThat(client.sandbox.isActive(new Secret(spent))).isFalse();
        assertThat(client.refresh(spent).error()).isEqualTo(LOGIN_REQUIRED);
    }

    @Test
    void spendingATokenAgainInvalidatesItsFirstReplacement() throws Exception {
        String spent = client.login().text("refresh_token");
        String lost = client.refresh(spent).text("refresh_token");
        String current = client.refresh(spent).text("refresh_token");
        assertThat(client.refresh(lost).error()).isEqualTo(LOGIN_REQUIRED);
        assertThat(client.refresh(current).status()).isEqualTo(200);
    }

    @Test
    void onlyTheLastSpentTokenHasAGracePeriod() throws Exception {
        String first = client.login().text("refresh_token");
        String second = client.refresh(first).text("refresh_token");
        String third = client.refresh(second).text("refresh_token");
        assertThat(client.refresh(first).error()).isEqualTo(LOGIN_REQUIRED);
        assertThat(client.refresh(third).status()).isEqualTo(200);
    }

    @Test
    void aRefreshTokenExpiresThreeMonthsAfterItsIssue() throws Exception {
        String first = client.login().text("refresh_token");
        client.clock.advance(Duration.ofDays(89));
        String second = client.refresh(first).text("refresh_token");
        client.clock.advance(Duration.ofDays(89));
        assertThat(client.sandbox.isActive(new Secret(second))).isTrue();
        client.clock.advance(Duration.ofDays(1));
        assertThat(client.refresh(second).error()).isEqualTo(LOGIN_REQUIRED);
    }

    @Test
    void anotherLoginOfTheSameUserEndsTheRefreshToken() throws Exception {
        Answer here = client.login();
        client.login();
        assertThat(client.refresh(here.text("refresh_token")).error()).isEqualTo(LOGIN_REQUIRED);
        assertThat(client.me(here.text("access_token")).status()).isEqualTo(200);
    }

    @Test
    void aLoginOfAnotherUserDoesNotEndTheRefreshToken() throws Exception {
        String here = client.login().text("refresh_token");
        client.sandbox.user("someone-else");
        client.login();
        assertThat(client.refresh(here).status()).isEqualTo(200);
    }

    @Test
    void anotherClientCannotSpendTheToken() throws Exception {
        String token = client.login().text("refresh_token");
        assertThat(client.token(with(
                                "grant_type",
                                "refresh_token",
                                "client_id",
                                client.sandbox.publicClientId(),
                                "refresh_token",
                                token))
                        .error())
                .isEqualTo(LOGIN_REQUIRED);
        assertThat(client.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void theTokenStaysTheSameIfTheServerDoesNotRotate() throws Exception {
        client.sandbox.rotating(false);
        String token = client.login().text("refresh_token");
        assertThat(client.refresh(token).text("refresh_token")).isEqualTo(token);
        assertThat(client.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void accessTokensExpireAfterTheConfiguredTime() throws Exception {
        client.sandbox.accessTokenLife(Duration.ofSeconds(90));
        Answer tokens = client.login();
        assertThat(tokens.json().get("expires_in").asInt()).isEqualTo(90);
        client.clock.advance(Duration.ofSeconds(89));
        assertThat(client.me(tokens.text("access_token")).status()).isEqualTo(200);
        client.clock.advance(Duration.ofSeconds(1));
        assertThat(client.me(tokens.text("access_token")).status()).isEqualTo(401);
    }

    @Test
    void aChangedPasswordEndsAllTokens() throws Exception {
        Answer tokens = client.login();
        client.sandbox.revokeAll(client.sandbox.clientId());
        assertThat(client.refresh(tokens.text("refresh_token")).error()).isEqualTo(LOGIN_REQUIRED);
        assertThat(client.me(tokens.text("access_token")).status()).isEqualTo(401);
    }

    @Test
    void codesExpire() throws Exception {
        String code = client.code(Map.of());
        client.clock.advance(Duration.ofMinutes(10));
        assertThat(client.redeem(code, Map.of()).error()).containsExactly("400", "invalid_auth_code");
    }
}
