package dev.fleetauth.oauth.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.fleetauth.testing.SigningKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A form has the content of the SDK's own request. */
class FormRequestTest {

    private static final URI ENDPOINT = URI.create("https://provider.example/token");
    private static final ClientID CLIENT = new ClientID("a client & more");
    private static final Secret SECRET = new Secret("näh:it's + a %secret=");

    private static final List<AuthorizationGrant> GRANTS = List.of(
            new RefreshTokenGrant(new RefreshToken("r/t+1==")),
            new ClientCredentialsGrant(),
            new AuthorizationCodeGrant(
                    new AuthorizationCode("c&d"),
                    URI.create("http://localhost:8484/callback?x=y"),
                    new CodeVerifier("a".repeat(43))));

    @Test
    void aTokenRequestIsPostedAsTheSdkWouldPostIt() {
        for (AuthorizationGrant grant : GRANTS) {
            for (TokenRequest.Builder builder : builders(grant)) {
                assertSame(FormRequest.of(builder.build()), builder.build().toHTTPRequest());
                builder.scope(Scope.parse("openid user_data"));
                assertSame(FormRequest.of(builder.build()), builder.build().toHTTPRequest());
                builder.resources(URI.create("https://a.example/"), URI.create("https://b.example/?c=d"))
                        .customParameter("audience", "https://fleet.example & co");
                assertSame(FormRequest.of(builder.build()), builder.build().toHTTPRequest());
            }
        }
    }

    private static List<TokenRequest.Builder> builders(AuthorizationGrant grant) {
        List<TokenRequest.Builder> builders = new ArrayList<>(List.of(
                new TokenRequest.Builder(ENDPOINT, new ClientSecretBasic(CLIENT, SECRET), grant),
                new TokenRequest.Builder(ENDPOINT, new ClientSecretPost(CLIENT, SECRET), grant),
                new TokenRequest.Builder(ENDPOINT, assertion(), grant)));
        if (!(grant instanceof ClientCredentialsGrant)) {
            builders.add(new TokenRequest.Builder(ENDPOINT, CLIENT, grant));
        }
        return builders;
    }

    private static ClientAuthentication assertion() {
        try {
            return new PrivateKeyJWT(CLIENT, ENDPOINT, JWSAlgorithm.RS256, SigningKey.SHARED.getPrivate(), "kid", null);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherAssertionReplacesTheFirst() throws Exception {
        TokenRequest request = new TokenRequest.Builder(ENDPOINT, assertion(), GRANTS.get(0)).build();
        FormRequest first = FormRequest.of(request);
        PrivateKeyJWT other = (PrivateKeyJWT) assertion();
        FormRequest second = first.with(other);
        assertThat(second.assertion()).isNotEqualTo(first.assertion());
        assertThat(Objects.requireNonNull(second.assertion()).reveal())
                .isEqualTo(other.getClientAssertion().serialize());
        Map<String, List<String>> expected = new HashMap<>(first.parameters());
        expected.put("client_assertion", List.of(other.getClientAssertion().serialize()));
        assertThat(second.parameters()).isEqualTo(expected);
    }

    @Test
    void aRevocationIsPostedAsTheSdkWouldPostIt() {
        for (Token token : List.of(new RefreshToken("r/t+1=="), new BearerAccessToken("a.b-c~"))) {
            for (ClientAuthentication proof :
                    List.of(new ClientSecretBasic(CLIENT, SECRET), new ClientSecretPost(CLIENT, SECRET), assertion())) {
                var request = new TokenRevocationRequest(ENDPOINT, proof, token);
                assertSame(FormRequest.of(request), request.toHTTPRequest());
            }
            var request = new TokenRevocationRequest(ENDPOINT, CLIENT, token);
            assertSame(FormRequest.of(request), request.toHTTPRequest());
        }
    }

    @Test
    void toStringDoesNotRevealTheForm() {
        var request = new TokenRevocationRequest(
                ENDPOINT, new ClientSecretBasic(CLIENT, SECRET), new RefreshToken("not-to-be-told"));

        assertThat(FormRequest.of(request)).hasToString("FormRequest");
    }

    private static void assertSame(FormRequest form, HTTPRequest request) {
        Map<String, List<String>> expected = new HashMap<>(URLUtils.parseParameters(request.getBody()));
        if (form.assertion() != null) {
            // The SDK omits the client id, which some servers require.
            expected.put("client_id", List.of(CLIENT.getValue()));
        }
        assertThat(URLUtils.parseParameters(form.body())).isEqualTo(expected);
        @Nullable String authorization = request.getAuthorization();
        assertThat(form.authorization()).isEqualTo(authorization);
        assertThat(form.headers().get("Authorization")).isEqualTo(authorization);
    }
}
