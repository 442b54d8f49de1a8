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
 * Judges a discovery document (OpenID Connect Discovery 3 and 4.3, RFC 8414 2 and 3.3). Every address in it is one that a
 * secret may be sent to, or a person's browser led to. Members that fleetauth does not use may be anything and are kept
 * as text, to be shown. The OAuth SDK's parser is not used: it accepts plain http, credentials in an address, and a member
 * that is there twice.
 *
 * @param accepted the values of {@code issuer} it may have, compared as the strings they are
 * @param required members beside {@code issuer} without which the document is of no use
 */
record MetadataReader(Set<String> accepted, Set<String> required) {

    private static final int MAX_SHOWN_CHARS = 200;

    private static final Set<String> LISTS = Set.of(
            "code_challenge_methods_supported",
            "grant_types_supported",
            "id_token_signing_alg_values_supported",
            "response_modes_supported",
            "response_types_supported",
            "revocation_endpoint_auth_methods_supported",
            "scopes_supported",
            "token_endpoint_auth_methods_supported");

    private static final String ISS_IN_CALLBACK = "authorization_response_iss_parameter_supported";

    /**
     * @param address where the document came from
     * @throws Failure of kind {@code METADATA_REJECTED}, which names the member; {@code document} where it is none
     */
    ProviderMetadata read(URI address, byte[] document) {
        ObjectNode json;
        try {
            json = StrictJson.object(document);
        } catch (StrictJson.Malformed e) {
            throw rejected(address, "document", e.why());
        }
        Map<String, Member> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            // A member that is null says as little as one that is absent.
            if (!member.getValue().isNull()) {
                members.put(member.getKey(), Member.ofDocument(values(address, member.getKey(), member.getValue())));
            }
        }
        ProviderMetadata metadata = new ProviderMetadata(members);
        String issuer = metadata.value("issuer").orElse(null);
        if (issuer == null) {
            throw rejected(address, "issuer", "is missing");
        }
        if (!accepted.contains(issuer)) {
            throw rejected(
                    address,
                    "issuer",
                    "is " + quoted(issuer)
                            + (accepted.size() == 1
                                    ? ", not " + quoted(accepted.iterator().next())
                                    : ", which is not known here"));
        }
        for (String name : required) {
            if (metadata.value(name).isEmpty()) {
                throw rejected(address, name, "is missing");
            }
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
            throw rejected(address, name, "is not true or false");
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
            throw rejected(address, name, "is not a text");
        }
        return value.textValue();
    }

    private static List<String> list(URI address, String name, JsonNode value) {
        if (!value.isArray()) {
            throw rejected(address, name, "is not a list");
        }
        List<String> values = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw rejected(address, name, "is not a list of texts");
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
        return Failure.of(Kind.METADATA_REJECTED, Addresses.shown(address), member, why);
    }
}
