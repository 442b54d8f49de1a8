package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProviderMetadata;
import dev.fleetauth.model.ProviderMetadata.Member;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Validates a discovery document (OpenID Connect Discovery 3 and 4.3, RFC 8414 2 and 3.3). Secrets may be sent to its
 * addresses, and the user's browser may be directed there. Apart from endpoints, members that fleetauth does not use
 * may have any value and are kept as text for display. The OAuth SDK's parser is not used: it accepts plain http,
 * credentials in an address, and duplicate members.
 *
 * @param accepted the allowed values of {@code issuer}, compared as strings
 */
record MetadataReader(Set<String> accepted) {

    /** What to do if there is no document of the issuer at an address. */
    static final String CHECK_ISSUER = "check the issuer, character for character";

    private static final int MAX_SHOWN_CHARS = 200;

    private static final Set<String> LISTS = Set.of(
            "code_challenge_methods_supported",
            "grant_types_supported",
            "id_token_signing_alg_values_supported",
            "response_modes_supported",
            "response_types_supported",
            "revocation_endpoint_auth_methods_supported",
            "scopes_supported",
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported");

    private static final String ISS_IN_CALLBACK = "authorization_response_iss_parameter_supported";

    /**
     * Parses a document.
     *
     * @param address where it came from
     * @throws Failure of kind {@code METADATA_REJECTED}
     */
    ProviderMetadata read(URI address, byte[] document) {
        ObjectNode json;
        try {
            json = StrictJson.object(document);
        } catch (StrictJson.Malformed e) {
            throw notOfIssuer(address, "it " + e.why());
        }
        Map<String, Member> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            // A member that is null counts as absent.
            if (!member.getValue().isNull()) {
                members.put(member.getKey(), Member.ofDocument(values(address, member.getKey(), member.getValue())));
            }
        }
        ProviderMetadata metadata = new ProviderMetadata(members);
        String issuer = metadata.value("issuer").orElse(null);
        if (issuer == null) {
            throw notOfIssuer(address, "issuer is missing");
        }
        if (!accepted.contains(issuer)) {
            throw notOfIssuer(
                    address,
                    "issuer is " + quoted(issuer)
                            + (accepted.size() == 1
                                    ? ", not " + quoted(accepted.iterator().next())
                                    : ", which is not an accepted issuer"));
        }
        return metadata;
    }

    private static List<String> values(URI address, String name, JsonNode value) {
        if (name.equals("issuer")) {
            return List.of(text(address, name, value));
        }
        if (name.endsWith("_endpoint") || name.equals("jwks_uri")) {
            String endpoint = text(address, name, value);
            String why = Addresses.whyUnusable(endpoint, Addresses.isLoopback(address));
            if (why != null) {
                throw rejected(address, name, why + ": " + quoted(Addresses.withoutCredentials(endpoint)));
            }
            return List.of(endpoint);
        }
        if (LISTS.contains(name)) {
            return list(address, name, value);
        }
        if (name.equals(ISS_IN_CALLBACK) && !value.isBoolean()) {
            throw rejected(address, name, "is not a boolean");
        }
        List<String> values = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> values.add(shown(element)));
        } else {
            values.add(shown(value));
        }
        return values;
    }

    private static String text(URI address, String name, JsonNode value) {
        if (!value.isTextual()) {
            throw rejected(address, name, "is not a string");
        }
        return value.textValue();
    }

    private static List<String> list(URI address, String name, JsonNode value) {
        if (!value.isArray()) {
            throw rejected(address, name, "is not an array");
        }
        List<String> values = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw rejected(address, name, "is not an array of strings");
            }
            values.add(element.textValue());
        }
        return values;
    }

    private static String shown(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static String quoted(String value) {
        return '"' + ServerText.oneLine(value, MAX_SHOWN_CHARS) + '"';
    }

    private static Failure rejected(URI address, String member, String why) {
        return Failure.of(
                Kind.METADATA_REJECTED, Addresses.shown(address), member + " " + why, "report this to the provider");
    }

    private static Failure notOfIssuer(URI address, String why) {
        return Failure.of(Kind.METADATA_REJECTED, Addresses.shown(address), why, CHECK_ISSUER);
    }
}
