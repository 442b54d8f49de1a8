package dev.fleetauth.oauth.endpoint;

import com.nimbusds.oauth2.sdk.AbstractOptionallyIdentifiedRequest;
import com.nimbusds.oauth2.sdk.ParameterRequirement;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.fleetauth.model.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form of a request that the SDK has built. The SDK's own {@code toHTTPRequest} is not used: it loads a class that
 * sets up TLS with all the system's root certificates, which takes a third of the time of a refresh.
 *
 * @param parameters the parameters of the form
 * @param authorization the {@code Authorization} header; null if the client authenticates in the body or not at all
 */
record FormRequest(
        Map<String, List<String>> parameters, @Nullable String authorization) {

    private static final String ASSERTION = "client_assertion";

    static FormRequest of(TokenRequest request) {
        Map<String, List<String>> parameters =
                new LinkedHashMap<>(request.getAuthorizationGrant().toParameters());
        Scope scope = request.getScope();
        boolean allowsScope = request.getAuthorizationGrant().getType().getScopeRequirementInTokenRequest()
                != ParameterRequirement.NOT_ALLOWED;
        if (allowsScope && scope != null && !scope.isEmpty()) {
            parameters.put("scope", List.of(scope.toString()));
        }
        if (request.getResources() != null) {
            parameters.put(
                    "resource",
                    request.getResources().stream().map(URI::toString).toList());
        }
        parameters.putAll(request.getCustomParameters());
        return of(parameters, request);
    }

    static FormRequest of(TokenRevocationRequest request) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put("token", List.of(request.getToken().getValue()));
        parameters.put(
                "token_type_hint",
                List.of(request.getToken() instanceof RefreshToken ? "refresh_token" : "access_token"));
        return of(parameters, request);
    }

    static FormRequest of(DeviceAuthorizationRequest request) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        Scope scope = request.getScope();
        if (scope != null && !scope.isEmpty()) {
            parameters.put("scope", List.of(scope.toString()));
        }
        parameters.putAll(request.getCustomParameters());
        return of(parameters, request);
    }

    private static FormRequest of(Map<String, List<String>> parameters, AbstractOptionallyIdentifiedRequest request) {
        ClientAuthentication proof = request.getClientAuthentication();
        String authorization = null;
        if (proof == null) {
            parameters.put("client_id", List.of(request.getClientID().getValue()));
        } else if (proof instanceof ClientSecretBasic basic) {
            authorization = basic.toHTTPAuthorizationHeader();
        } else if (proof instanceof ClientSecretPost post) {
            parameters.putAll(post.toParameters());
        } else if (proof instanceof PrivateKeyJWT assertion) {
            // Optional by RFC 7521 4.2, but some servers look the client up by it.
            parameters.put("client_id", List.of(assertion.getClientID().getValue()));
            parameters.putAll(assertion.toParameters());
        }
        return new FormRequest(parameters, authorization);
    }

    /** The same request with another assertion, since each assertion is valid for only one request. */
    FormRequest with(PrivateKeyJWT assertion) {
        Map<String, List<String>> next = new LinkedHashMap<>(parameters);
        next.putAll(assertion.toParameters());
        return new FormRequest(next, authorization);
    }

    /** The assertion with which the client authenticates; null if it authenticates differently. */
    @Nullable
    Secret assertion() {
        List<String> values = parameters.get(ASSERTION);
        return values == null ? null : new Secret(values.get(0));
    }

    /** The parameters, form-urlencoded. */
    String body() {
        return URLUtils.serializeParameters(parameters);
    }

    /** The headers other than the content type. */
    Map<String, String> headers() {
        return authorization == null ? Map.of() : Map.of("Authorization", authorization);
    }

    /** Omits the content, which is secret. */
    @Override
    public String toString() {
        return "FormRequest";
    }
}
