package dev.fleetauth.oauth;

import com.nimbusds.oauth2.sdk.AbstractOptionallyIdentifiedRequest;
import com.nimbusds.oauth2.sdk.ParameterRequirement;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form of a request that the SDK has built. The SDK's own {@code toHTTPRequest} is not used: it loads a class that
 * sets up TLS with all the system's root certificates, which takes a third of a refresh.
 *
 * @param body the form-urlencoded parameters
 * @param authorization the {@code Authorization} header; null if the client authenticates in the body or not at all
 */
record FormRequest(String body, @Nullable String authorization) {

    static FormRequest of(TokenRequest request) {
        Map<String, List<String>> parameters =
                new LinkedHashMap<>(request.getAuthorizationGrant().toParameters());
        Scope scope = request.getScope();
        boolean mayNameIt = request.getAuthorizationGrant().getType().getScopeRequirementInTokenRequest()
                != ParameterRequirement.NOT_ALLOWED;
        if (mayNameIt && scope != null && !scope.isEmpty()) {
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
        if (proof == null) {
            parameters.put("client_id", List.of(request.getClientID().getValue()));
        } else if (proof instanceof ClientSecretPost post) {
            parameters.putAll(post.toParameters());
        }
        return new FormRequest(
                URLUtils.serializeParameters(parameters),
                proof instanceof ClientSecretBasic basic ? basic.toHTTPAuthorizationHeader() : null);
    }

    /** The headers other than the content type. */
    Map<String, String> headers() {
        return authorization == null ? Map.of() : Map.of("Authorization", authorization);
    }

    /** Omits the content, which is secret. */
    @Override
    public String toString() {
        return "Form";
    }
}
