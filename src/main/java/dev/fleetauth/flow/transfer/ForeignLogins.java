package dev.fleetauth.flow.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.GivenSecret;
import dev.fleetauth.flow.transfer.ForeignLogin.Program;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.oauth.Jwt;
import dev.fleetauth.oauth.PastedSecret;
import dev.fleetauth.oauth.StrictJson;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the logins of other programs in a file, which is recognized by its content, since file names vary. If the file
 * does not name a login's client or region, its access token may.
 */
public final class ForeignLogins {

    private static final String REFRESH_TOKEN = "refresh_token";
    private static final String OWNER_CLIENT = "ownerapi";

    /** A line of a {@code .env} file. */
    private static final Pattern VARIABLE = Pattern.compile(
            "\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(\"[^\"]*\"|'[^']*'|.*?)(?:\\s+#.*)?\\s*");

    /** Home Assistant integrations whose tokens are for an intermediary service, not for Tesla. */
    private static final Map<String, String> INTERMEDIARIES = Map.of("teslemetry", "Teslemetry", "tessie", "Tessie");

    private final String where;
    private final List<ForeignLogin> found = new ArrayList<>();
    private final Set<String> accounts = new HashSet<>();
    private final List<String> services = new ArrayList<>();

    private ForeignLogins(String where) {
        this.where = where;
    }

    /**
     * The logins in a text, at least one.
     *
     * @param where the name of the file, for messages
     * @throws Failure of kind {@code SECRET_REJECTED} if there are none; it quotes nothing from the text
     */
    public static List<ForeignLogin> read(String text, String where) {
        ForeignLogins logins = new ForeignLogins(where);
        String content = PastedSecret.stripped(text);
        if (content.startsWith("{")) {
            logins.readJson(content);
        } else {
            logins.readVariables(content);
        }
        if (logins.found.isEmpty() && !logins.services.isEmpty()) {
            throw Failure.of(
                    Kind.SECRET_REJECTED,
                    where,
                    "refresh token",
                    "its tokens are for " + String.join(" and ", logins.services) + ", not for Tesla");
        }
        if (logins.found.isEmpty()) {
            // A lone token, or JSON with another structure; this also reports why it is unusable.
            Secret token = GivenSecret.REFRESH_TOKEN.read(content, where);
            logins.add(Program.UNKNOWN, "", token.reveal(), null, null, null, null);
        }
        return logins.found;
    }

    private void readJson(String text) {
        ObjectNode json;
        try {
            json = StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
        } catch (StrictJson.Malformed e) {
            throw Failure.because(
                    e, Kind.SECRET_REJECTED, where, "refresh token", "it begins like JSON but " + e.why());
        }
        JsonNode entries = json.path("data").path("entries");
        if (entries.isArray()) {
            entries.forEach(this::readHomeAssistant);
        } else if (json.has("domain") && json.path("data").isObject()) {
            readHomeAssistant(json);
        } else if (json.has(REFRESH_TOKEN)) {
            readResponse(json);
        } else {
            json.properties().forEach(member -> {
                readTeslaPy(member.getKey(), member.getValue());
                readTescmd(member.getKey(), json);
            });
        }
    }

    /** An entry of {@code .storage/core.config_entries}. */
    private void readHomeAssistant(JsonNode entry) {
        JsonNode data = entry.path("data");
        String domain = entry.path("domain").asText();
        String title = Optional.ofNullable(text(entry, "title")).orElse(domain);
        if (domain.equals("tesla_fleet")) {
            JsonNode token = data.path("token");
            add(Program.TESLA_FLEET, title, text(token, REFRESH_TOKEN), text(token, "access_token"), null, null, null);
        } else if (domain.equals("tesla_custom")) {
            boolean isOwner = OWNER_CLIENT.equals(data.path("client_id").asText(OWNER_CLIENT));
            add(
                    Program.TESLA_CUSTOM,
                    Optional.ofNullable(text(data, "username")).orElse(title),
                    text(data, "token"),
                    text(data, "access_token"),
                    isOwner ? TokenType.OWNER.id() : null,
                    isOwner ? null : text(data, "client_id"),
                    regionOfAddress(text(data, "domain")));
        } else if (INTERMEDIARIES.containsKey(domain)) {
            services.add(INTERMEDIARIES.get(domain));
        }
    }

    /** {@code cache.json} of TeslaPy, {@code .pypowerwall.auth} of pypowerwall: accounts by e-mail address. */
    private void readTeslaPy(String account, JsonNode login) {
        JsonNode token = login.path("sso");
        add(
                Program.TESLAPY,
                account,
                text(token, REFRESH_TOKEN),
                null,
                TokenType.OWNER.id(),
                null,
                regionOfAddress(text(login, "url")));
    }

    /** The token file of tescmd: members are prefixed with the profile's name. */
    private void readTescmd(String name, ObjectNode json) {
        if (name.endsWith("/" + REFRESH_TOKEN)) {
            String profile = name.substring(0, name.lastIndexOf('/'));
            String metadata =
                    Optional.ofNullable(text(json, profile + "/metadata")).orElse("{}");
            String region;
            try {
                region = text(StrictJson.object(metadata.getBytes(StandardCharsets.UTF_8)), "region");
            } catch (StrictJson.Malformed e) {
                region = null;
            }
            add(Program.TESCMD, profile, text(json, name), text(json, profile + "/access_token"), null, null, region);
        }
    }

    /** A token response, the output of {@code tescmd auth export}, or pypowerwall's file for the Fleet API. */
    private void readResponse(ObjectNode json) {
        boolean isPypowerwall = json.has("CLIENT_ID") && json.has("AUDIENCE");
        Program program = isPypowerwall
                ? Program.PYPOWERWALL
                : json.path("metadata").isObject() ? Program.TESCMD : Program.UNKNOWN;
        add(
                program,
                "",
                text(json, REFRESH_TOKEN),
                text(json, "access_token"),
                null,
                Optional.ofNullable(text(json, "CLIENT_ID")).orElse(text(json, "client_id")),
                isPypowerwall ? regionOfAddress(text(json, "AUDIENCE")) : text(json.path("metadata"), "region"));
    }

    /** A {@code .env} file: each refresh token, with the client and region whose variables have the same prefix. */
    private void readVariables(String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        text.lines()
                .map(VARIABLE::matcher)
                .filter(Matcher::matches)
                .forEach(line -> variables.put(line.group(1).toUpperCase(Locale.ROOT), withoutQuotes(line.group(2))));
        variables.forEach((name, value) -> {
            if (name.endsWith("REFRESH_TOKEN") && !value.isBlank()) {
                String prefix = name.substring(0, name.length() - REFRESH_TOKEN.length());
                add(
                        Program.UNKNOWN,
                        name,
                        value,
                        variables.get(prefix + "ACCESS_TOKEN"),
                        null,
                        variables.get(prefix + "CLIENT_ID"),
                        variables.get(prefix + "REGION"));
            }
        });
    }

    private static String withoutQuotes(String value) {
        boolean quoted = value.length() > 1 && "\"'".indexOf(value.charAt(0)) >= 0;
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private void add(
            Program program,
            String account,
            @Nullable String refreshToken,
            @Nullable String accessToken,
            @Nullable String type,
            @Nullable String clientId,
            @Nullable String region) {
        if (refreshToken == null) {
            return;
        }
        String name = account;
        for (int i = 2; !accounts.add(name); i++) {
            name = account + "#" + i;
        }
        Map<String, Object> claims = Optional.ofNullable(accessToken)
                .flatMap(Jwt::decode)
                .map(Jwt::claims)
                .orElse(Map.of());
        found.add(new ForeignLogin(
                program,
                name,
                new Secret(refreshToken),
                type,
                type != null || clientId != null ? clientId : claim(claims, "azp"),
                Optional.ofNullable(region)
                        .or(() -> Optional.ofNullable(claim(claims, "ou_code")))
                        .flatMap(Region::of)
                        .map(Region::id)
                        .orElse(null)));
    }

    private static @Nullable String claim(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text && !text.isBlank() ? text : null;
    }

    /**
     * The region of an address: China has a domain of its own; the audience of the Fleet API distinguishes the others.
     */
    private static @Nullable String regionOfAddress(@Nullable String address) {
        if (address == null) {
            return null;
        }
        String base = address.replaceFirst("/+$", "");
        return Region.ALL.stream()
                .filter(region -> region.audience().equals(base))
                .findFirst()
                .or(() -> Optional.of(Region.CN).filter(region -> base.endsWith(".tesla.cn")))
                .map(Region::id)
                .orElse(null);
    }

    private static @Nullable String text(JsonNode json, String name) {
        String text = json.path(name).textValue();
        return text == null || text.isBlank() ? null : text;
    }
}
