package dev.fleetauth.flow.login;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.Scope;
import dev.fleetauth.tesla.TeslaScope;
import dev.fleetauth.tesla.TokenType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Determines and checks the scope to request. */
final class RequestedScope {

    private RequestedScope() {}

    /**
     * The scope to send, with {@link GrantChoice#ALL_SCOPES} replaced by every available scope.
     *
     * @param type Tesla's token type; null for a standard provider
     * @throws Failure of kind {@code BAD_VALUE} if all are requested and the provider lists none
     */
    static Scope of(Scope chosen, @Nullable TokenType type, ProviderMetadata metadata) {
        List<String> values = new ArrayList<>();
        for (String value : chosen.values()) {
            if (value.equals(GrantChoice.ALL_SCOPES)) {
                values.addAll(all(type, metadata));
            } else {
                values.add(value);
            }
        }
        return new Scope(values);
    }

    private static List<String> all(@Nullable TokenType type, ProviderMetadata metadata) {
        List<String> all = type != null ? TeslaScope.allFor(type).values() : metadata.values("scopes_supported");
        if (all.isEmpty()) {
            throw Failure.of(
                    Kind.BAD_VALUE,
                    "--scope",
                    GrantChoice.ALL_SCOPES,
                    "the names of scopes, since the provider does not list them");
        }
        return all;
    }

    /**
     * Rejects scopes that a user cannot grant.
     *
     * @param type Tesla's token type; null for a standard provider
     * @throws Failure of kind {@code UNUSABLE}
     */
    static void requirePossible(Scope chosen, @Nullable TokenType type) {
        if (type == null || !type.isOfUser()) {
            return;
        }
        for (String value : chosen.values()) {
            if (TeslaScope.of(value).filter(TeslaScope::isPartnerOnly).isPresent()) {
                throw Failure.of(
                        Kind.UNUSABLE,
                        "--scope " + value,
                        "Tesla grants it only to partner tokens, and no user can grant it",
                        "omit it, or use --type partner");
            }
        }
    }

    /** Advice about a scope before it is requested from Tesla, one item per line. */
    static List<String> advise(Scope asked, TokenType type) {
        List<String> lines = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String value : asked.values()) {
            Optional<TeslaScope> known = TeslaScope.of(value);
            if (known.isEmpty()) {
                unknown.add(value);
            } else if (!known.get().types().contains(type)) {
                String types = known.get().types().stream().map(TokenType::id).collect(Collectors.joining(", "));
                lines.add(
                        "Tesla documents the scope " + value + " only for --type " + types + "; requesting it anyway.");
            }
        }
        if (!unknown.isEmpty()) {
            lines.add("Not among Tesla's known scopes; requesting anyway: " + String.join(" ", unknown));
        }
        if (type.isOfUser() && type.isForFleetApi() && asked.equals(type.defaultScope())) {
            lines.add("Tesla permits only the scopes that are immediately necessary; for read-only access: --scope '"
                    + TeslaScope.READ_ONLY + "'");
        }
        if (type.isOfUser() && !asked.contains(TeslaScope.OFFLINE_ACCESS)) {
            lines.add("Without the scope offline_access there is no refresh token: you need to log in again when the"
                    + " access token expires.");
        }
        return lines;
    }
}
