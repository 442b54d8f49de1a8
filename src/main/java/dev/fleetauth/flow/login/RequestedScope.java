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

/** The scope that is asked for, and what is to be said of it. */
final class RequestedScope {

    private RequestedScope() {}

    /**
     * The scope as it is sent: {@link GrantChoice#ALL_SCOPES} stands for all there are.
     *
     * @param type Tesla's kind of token; null for a standard provider
     * @throws Failure of kind {@code BAD_VALUE} if all are wanted and the provider lists none
     */
    static Scope of(Scope said, @Nullable TokenType type, ProviderMetadata metadata) {
        List<String> values = new ArrayList<>();
        for (String value : said.values()) {
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
                    "the scopes by name, since the provider lists none");
        }
        return all;
    }

    /**
     * Refuses what no person can allow.
     *
     * @param type Tesla's kind of token; null for a standard provider
     * @throws Failure of kind {@code CONFLICTING_OPTIONS}
     */
    static void requirePossible(Scope said, @Nullable TokenType type) {
        if (type == null || !type.isOfUser()) {
            return;
        }
        for (String value : said.values()) {
            if (TeslaScope.of(value).filter(TeslaScope::isPartnerOnly).isPresent()) {
                throw Failure.of(
                        Kind.CONFLICTING_OPTIONS,
                        "--scope " + value,
                        "--type " + type.id(),
                        "Tesla gives it to partner tokens (--type partner) alone, and no person can allow it");
            }
        }
    }

    /** What a person should know of a scope that is about to be asked for at Tesla, a line each. */
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
                        "Tesla has the scope " + value + " for the types " + types + "; it is asked for all the same.");
            }
        }
        if (!unknown.isEmpty()) {
            lines.add("Not among the scopes of Tesla that are known here, and asked for all the same: "
                    + String.join(" ", unknown));
        }
        if (type.isOfUser() && type.isForFleetApi() && asked.equals(type.defaultScope())) {
            lines.add("Tesla permits only the scopes that are immediately necessary; to read only: --scope '"
                    + TeslaScope.READ_ONLY + "'");
        }
        if (type.isOfUser() && !asked.contains(TeslaScope.OFFLINE_ACCESS)) {
            lines.add(
                    "Without the scope offline_access no refresh token comes: when the access token ends, a login is needed"
                            + " again.");
        }
        return lines;
    }
}
