package dev.fleetauth.seal;

import static dev.fleetauth.seal.JsonFields.missing;
import static dev.fleetauth.seal.JsonFields.object;
import static dev.fleetauth.seal.JsonFields.optional;
import static dev.fleetauth.seal.JsonFields.optionalSecret;
import static dev.fleetauth.seal.JsonFields.optionalText;
import static dev.fleetauth.seal.JsonFields.optionalTime;
import static dev.fleetauth.seal.JsonFields.optionalUri;
import static dev.fleetauth.seal.JsonFields.put;
import static dev.fleetauth.seal.JsonFields.scope;
import static dev.fleetauth.seal.JsonFields.text;
import static dev.fleetauth.seal.JsonFields.time;

import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.json.CanonicalJson;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.PreviousRefreshToken;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Converts profiles to the content of their records and back.
 *
 * <p>Every state has only one representation, and content that differs from it is rejected: unknown members, duplicate
 * members and other encodings of the same value are all detected by one comparison. A new member requires a new version
 * of the format.
 *
 * <p>This code runs in every {@code token} command, so it uses the JSON code that is already loaded for the envelope,
 * and neither the formatters of {@code java.time} nor lambdas.
 */
public final class ProfileCodec {

    private ProfileCodec() {}

    /** The record of a profile. */
    public static Envelope encode(Profile profile) {
        return new Envelope(profile.session().id(), profile.generation(), write(profile));
    }

    /**
     * The profile in an opened record.
     *
     * @throws MalformedException if the record contains anything else
     */
    public static Profile decode(ProfileName name, Envelope record) throws MalformedException {
        Profile profile;
        try {
            Map<?, ?> json = CanonicalJson.object(new String(record.plaintext(), StandardCharsets.UTF_8));
            profile = new Profile(
                    name,
                    record.generation(),
                    session(object(json, "session")),
                    candidate(optional(json, "candidate")));
        } catch (IllegalArgumentException | DateTimeException e) {
            // No cause: its message may quote a token.
            throw new MalformedException("its content is not a profile");
        }
        if (!profile.session().id().equals(record.session())) {
            throw new MalformedException("its content belongs to a different session");
        }
        byte[] again = write(profile);
        boolean same = Arrays.equals(again, record.plaintext());
        Arrays.fill(again, (byte) 0);
        if (!same) {
            throw new MalformedException("its content is not in the canonical form of version " + Jwe.FORMAT_VERSION);
        }
        return profile;
    }

    private static byte[] write(Profile profile) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("session", json(profile.session()));
        put(json, "candidate", json(profile.candidate()));
        return CanonicalJson.write(json).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> json(Session session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", session.id());
        json.put("settings", json(session.settings()));
        put(json, "tokens", json(session.tokens()));
        put(json, "attempt", json(session.attempt()));
        put(json, "previous", json(session.previous()));
        put(json, "refused", json(session.refused()));
        put(json, "moved", json(session.moved()));
        put(json, "publish_pending", session.publishPending() ? true : null);
        return json;
    }

    private static Session session(Map<?, ?> json) throws MalformedException {
        return new Session(
                text(json, "id"),
                settings(object(json, "settings")),
                tokens(optional(json, "tokens")),
                attempt(optional(json, "attempt")),
                previous(optional(json, "previous")),
                refused(optional(json, "refused")),
                moved(optional(json, "moved")),
                json.containsKey("publish_pending"));
    }

    private static Map<String, Object> json(Settings settings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", settings.type());
        json.put("issuer", settings.issuer());
        put(json, "region", settings.region());
        json.put("grant", settings.grant().id());
        json.put("client_id", settings.clientId());
        put(json, "client_secret", settings.sharedSecret());
        put(json, "client_key", settings.clientKey());
        put(json, "auth_code", settings.authCode());
        json.put("client_authentication", settings.clientAuthentication().id());
        put(json, "scope", settings.scope());
        put(json, "audience", settings.audience());
        put(json, "resource", settings.resource());
        put(json, "redirect_uri", settings.redirectUri());
        put(json, "parameters", settings.parameters().isEmpty() ? null : settings.parameters());
        json.put("endpoints", json(settings.endpoints()));
        put(json, "certificates", settings.certificates());
        return json;
    }

    private static Settings settings(Map<?, ?> json) throws MalformedException {
        Scope scope = scope(json, "scope");
        Optional<Grant> grant = Grant.of(text(json, "grant"));
        Optional<ClientAuthentication> method = ClientAuthentication.of(text(json, "client_authentication"));
        if (scope == null || grant.isEmpty() || method.isEmpty()) {
            throw missing("settings");
        }
        ClientAuthentication authentication = method.get();
        boolean usesKey = authentication == ClientAuthentication.PRIVATE_KEY_JWT;
        return new Settings(
                text(json, "type"),
                text(json, "issuer"),
                optionalText(json, "region"),
                grant.get(),
                text(json, "client_id"),
                optionalSecret(json, usesKey ? "client_key" : "client_secret"),
                optionalSecret(json, "auth_code"),
                authentication,
                scope,
                optionalText(json, "audience"),
                optionalText(json, "resource"),
                optionalUri(json, "redirect_uri"),
                parameters(optional(json, "parameters")),
                endpoints(object(json, "endpoints")),
                optionalText(json, "certificates"));
    }

    private static Map<String, String> parameters(@Nullable Map<?, ?> json) throws MalformedException {
        if (json == null) {
            return Map.of();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Object name : json.keySet()) {
            parameters.put((String) name, text(json, (String) name));
        }
        return parameters;
    }

    private static Map<String, Object> json(Endpoints endpoints) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "authorization", endpoints.authorization());
        put(json, "token", endpoints.token());
        put(json, "jwks", endpoints.jwks());
        put(json, "revocation", endpoints.revocation());
        put(json, "device_authorization", endpoints.deviceAuthorization());
        return json;
    }

    private static Endpoints endpoints(Map<?, ?> json) throws MalformedException {
        return new Endpoints(
                optionalUri(json, "authorization"),
                URI.create(text(json, "token")),
                optionalUri(json, "jwks"),
                optionalUri(json, "revocation"),
                optionalUri(json, "device_authorization"));
    }

    private static @Nullable Map<String, Object> json(@Nullable Tokens tokens) {
        if (tokens == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "access_token", tokens.accessToken());
        json.put("token_type", tokens.tokenType());
        put(json, "received_at", tokens.receivedAt());
        put(json, "expires_in", tokens.expiresIn());
        put(json, "refresh_token", tokens.refreshToken());
        put(json, "refresh_received_at", tokens.refreshReceivedAt());
        put(json, "refresh_expires_at", tokens.refreshExpiresAt());
        put(json, "id_token", tokens.idToken());
        put(json, "subject", tokens.subject());
        put(json, "scope_granted", tokens.scopeGranted());
        return json;
    }

    private static @Nullable Tokens tokens(@Nullable Map<?, ?> json) throws MalformedException {
        if (json == null) {
            return null;
        }
        return new Tokens(
                new Secret(text(json, "access_token")),
                text(json, "token_type"),
                time(text(json, "received_at")),
                json.get("expires_in") instanceof Long seconds ? Duration.ofSeconds(seconds) : null,
                optionalSecret(json, "refresh_token"),
                optionalTime(json, "refresh_received_at"),
                optionalTime(json, "refresh_expires_at"),
                optionalSecret(json, "id_token"),
                optionalText(json, "subject"),
                scope(json, "scope_granted"));
    }

    private static @Nullable Map<String, Object> json(@Nullable Attempt attempt) {
        if (attempt == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("refresh_token_hash", attempt.refreshTokenHash());
        put(json, "started_at", attempt.startedAt());
        json.put("host", attempt.host());
        json.put("process", attempt.process());
        return json;
    }

    private static @Nullable Attempt attempt(@Nullable Map<?, ?> json) throws MalformedException {
        if (json == null) {
            return null;
        }
        if (!(json.get("process") instanceof Long process)) {
            throw missing("process");
        }
        return new Attempt(
                text(json, "refresh_token_hash"), time(text(json, "started_at")), text(json, "host"), process);
    }

    private static @Nullable Map<String, Object> json(@Nullable PreviousRefreshToken previous) {
        if (previous == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "token", previous.token());
        put(json, "replaced_at", previous.replacedAt());
        json.put("tried", previous.tried());
        return json;
    }

    private static @Nullable PreviousRefreshToken previous(@Nullable Map<?, ?> json) throws MalformedException {
        if (json == null) {
            return null;
        }
        if (!(json.get("tried") instanceof Boolean tried)) {
            throw missing("tried");
        }
        return new PreviousRefreshToken(new Secret(text(json, "token")), time(text(json, "replaced_at")), tried);
    }

    private static @Nullable Map<String, Object> json(@Nullable Refused refused) {
        if (refused == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", refused.error());
        put(json, "at", refused.at());
        return json;
    }

    private static @Nullable Refused refused(@Nullable Map<?, ?> json) throws MalformedException {
        return json == null ? null : new Refused(text(json, "error"), time(text(json, "at")));
    }

    private static @Nullable Map<String, Object> json(@Nullable Moved moved) {
        if (moved == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "at", moved.at());
        json.put("host", moved.host());
        put(json, "destination", json(moved.destination()));
        return json;
    }

    private static @Nullable Moved moved(@Nullable Map<?, ?> json) throws MalformedException {
        return json == null
                ? null
                : new Moved(time(text(json, "at")), text(json, "host"), destination(optional(json, "destination")));
    }

    private static @Nullable Map<String, Object> json(Moved.@Nullable Destination destination) {
        if (destination == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("store", destination.store());
        json.put("location", destination.location());
        return json;
    }

    private static Moved.@Nullable Destination destination(@Nullable Map<?, ?> json) throws MalformedException {
        return json == null ? null : new Moved.Destination(text(json, "store"), text(json, "location"));
    }

    private static @Nullable Map<String, Object> json(@Nullable Candidate candidate) {
        if (candidate == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("session", json(candidate.session()));
        put(json, "nonce", candidate.nonce());
        put(json, "subject", candidate.subject());
        put(json, "answered_at", candidate.respondedAt());
        return json;
    }

    private static @Nullable Candidate candidate(@Nullable Map<?, ?> json) throws MalformedException {
        if (json == null) {
            return null;
        }
        return new Candidate(
                session(object(json, "session")),
                optionalText(json, "nonce"),
                optionalText(json, "subject"),
                optionalTime(json, "answered_at"));
    }
}
