package dev.fleetauth.flow.login;

import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Scope;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The grant that the user chose. Null selects the profile's value or, without one, the default.
 *
 * @param grant the grant, for a provider other than Tesla
 * @param scope the scope to request; {@value #ALL_SCOPES} in it stands for every available scope
 * @param audience the audience to request
 * @param resource the resource to request (RFC 8707)
 * @param redirectUri the registered redirect URI
 * @param parameters all further parameters of the authorization request
 */
public record GrantChoice(
        @Nullable Grant grant,
        @Nullable Scope scope,
        @Nullable String audience,
        @Nullable URI resource,
        @Nullable URI redirectUri,
        @Nullable Map<String, String> parameters) {

    /** The placeholder for every scope that may be requested. */
    public static final String ALL_SCOPES = "all";

    /** A choice of only the scope. */
    public static GrantChoice ofScope(@Nullable Scope scope) {
        return new GrantChoice(null, scope, null, null, null, null);
    }
}
