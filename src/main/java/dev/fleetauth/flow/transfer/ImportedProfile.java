package dev.fleetauth.flow.transfer;

import dev.fleetauth.flow.login.AdditionalParameters;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.http.Certificates;
import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.PreviousRefreshToken;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.oauth.endpoint.AssertionKey;
import dev.fleetauth.tesla.Region;
import dev.fleetauth.tesla.TokenType;
import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Validates an imported profile. Its creator chose every value, so each must meet the same requirements as an option, a
 * discovery document or a response.
 */
final class ImportedProfile {

    /** Leaves room for increments without overflow. */
    private static final long MAX_GENERATION = 1L << 52;

    private static final Instant MIN_TIME = Instant.EPOCH;
    private static final Instant MAX_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private final String where;

    private ImportedProfile(String where) {
        this.where = where;
    }

    /**
     * Rejects a profile that this program cannot have created.
     *
     * @param where the source of the profile, for messages
     * @throws Failure of kind {@code EXPORT_UNREADABLE}
     */
    static void validate(Profile profile, String where) {
        var check = new ImportedProfile(where);
        check.require(profile.generation() <= MAX_GENERATION, "its generation is too large");
        check.session(profile.session());
        if (profile.candidate() == null) {
            check.require(profile.session().tokens() != null, "it has no tokens");
        } else {
            Session candidate = profile.candidate().session();
            check.require(candidate.tokens() != null, "its unverified response has no tokens");
            check.session(candidate);
            check.time(profile.candidate().respondedAt());
            check.length("nonce", profile.candidate().nonce());
            check.length("subject", profile.candidate().subject());
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw Failure.of(Kind.EXPORT_UNREADABLE, where, otherwise);
        }
    }

    private void session(Session session) {
        require(session.id().matches("[A-Za-z0-9_-]{1,64}"), "its session has an unusable id");
        require(session.moved() == null, "it is marked as moved");
        settings(session.settings());
        if (session.tokens() != null) {
            tokens(session.tokens());
        }
        Attempt attempt = session.attempt();
        PreviousRefreshToken previous = session.previous();
        Refused refused = session.refused();
        time(attempt == null ? null : attempt.startedAt());
        time(previous == null ? null : previous.replacedAt());
        time(refused == null ? null : refused.at());
        secret(previous == null ? null : previous.token(), "refresh token");
        length("attempt's host", attempt == null ? null : attempt.host());
        length("attempt's hash", attempt == null ? null : attempt.refreshTokenHash());
        length("error", refused == null ? null : refused.error());
    }

    private void settings(Settings settings) {
        TokenType type = TokenType.of(settings.type()).orElse(null);
        boolean isTesla = type != null;
        require(isTesla || settings.type().equals(Settings.OPENID), "its type is unknown");
        require(
                isTesla
                        ? settings.region() != null
                                && Region.of(settings.region()).isPresent()
                        : settings.region() == null,
                "its region does not match its type");
        require(type == null || type.grant() == settings.grant(), "its grant does not match its type");
        String issuer = settings.issuer();
        endpoint("issuer", issuer, true);
        boolean allowsLoopback = Addresses.isLoopback(URI.create(issuer));
        boolean isUserLogin = settings.grant() == Grant.AUTHORIZATION_CODE;
        require(
                !isUserLogin
                        || settings.endpoints().authorization() != null
                        || settings.endpoints().deviceAuthorization() != null,
                "it has no authorization_endpoint");
        endpoint("authorization_endpoint", settings.endpoints().authorization(), allowsLoopback);
        endpoint("token_endpoint", settings.endpoints().token(), allowsLoopback);
        endpoint("jwks_uri", settings.endpoints().jwks(), allowsLoopback);
        endpoint("revocation_endpoint", settings.endpoints().revocation(), allowsLoopback);
        endpoint("device_authorization_endpoint", settings.endpoints().deviceAuthorization(), allowsLoopback);
        text("client id", settings.clientId());
        secret(settings.sharedSecret(), "client secret");
        Secret key = settings.clientKey();
        require(key == null || (!isTesla && AssertionKey.isStoredForm(key)), "it has no usable client key");
        secret(settings.authCode(), "auth code");
        boolean hasSecret = settings.clientSecret() != null;
        require(isUserLogin || hasSecret, "it uses client credentials but has no client secret");
        require(
                !hasSecret || settings.clientAuthentication() != ClientAuthentication.NONE,
                "it has a client secret but does not use it");
        require(
                hasSecret || settings.clientAuthentication() != ClientAuthentication.PRIVATE_KEY_JWT,
                "it has no client key");
        require(
                settings.authCode() == null || (type != null && type.hasAuthCode()),
                "it has an auth code, which its type does not use");
        require(settings.scope().values().stream().allMatch(ImportedProfile::isScopeToken), "its scope is malformed");
        length("scope", settings.scope().toString());
        text("audience", settings.audience());
        absolute("resource", settings.resource());
        absolute("redirect_uri", Objects.toString(settings.redirectUri(), null));
        require(
                (isUserLogin || settings.parameters().isEmpty())
                        && AdditionalParameters.areUsable(settings.parameters()),
                "it has parameters that a login cannot send");
        if (settings.certificates() != null) {
            certificates(settings.certificates());
        }
    }

    /** Requires that a string does not exceed the size limit for tokens. */
    private void length(String what, @Nullable String text) {
        require(text == null || text.length() <= Limits.TOKEN_BYTES, "its " + what + " is too long");
    }

    /** Requires that a string is safe to print and send. */
    private void text(String what, @Nullable String text) {
        length(what, text);
        require(
                text == null || (!text.isBlank() && text.chars().noneMatch(Character::isISOControl)),
                "its " + what + " is unusable");
    }

    private void endpoint(String name, @Nullable Object address, boolean allowsLoopback) {
        String flaw = address == null ? null : Addresses.whyUnusable(address.toString(), allowsLoopback);
        require(flaw == null, "its " + name + " " + flaw);
    }

    private void absolute(String name, @Nullable String address) {
        require(address == null || Addresses.isPlainAbsolute(address), "its " + name + " is unusable");
    }

    /** Whether a value is a scope-token (RFC 6749 3.3). */
    private static boolean isScopeToken(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c <= '~' && c != '"' && c != '\\');
    }

    private void certificates(String pem) {
        try {
            Certificates.read(pem);
        } catch (Failure e) {
            throw Failure.because(e, Kind.EXPORT_UNREADABLE, where, "its certificates are unusable");
        }
    }

    private void secret(@Nullable Secret secret, String what) {
        text(what, secret == null ? null : secret.reveal());
    }

    private void tokens(Tokens tokens) {
        require(tokens.isBearer(), "its access token is not of type Bearer");
        length("access token", tokens.accessToken().reveal());
        length("subject", tokens.subject());
        length("scope", Objects.toString(tokens.scopeGranted(), null));
        secret(tokens.refreshToken(), "refresh token");
        secret(tokens.idToken(), "id token");
        require(
                tokens.expiresIn() == null
                        || (!tokens.expiresIn().isNegative()
                                && tokens.expiresIn().compareTo(Tokens.MAX_LIFETIME) <= 0),
                "its access token's lifetime is out of range");
        Stream.of(tokens.receivedAt(), tokens.refreshReceivedAt(), tokens.refreshExpiresAt())
                .forEach(this::time);
    }

    private void time(@Nullable Instant time) {
        require(
                time == null || (!time.isBefore(MIN_TIME) && time.isBefore(MAX_TIME)),
                "it contains a time out of range");
    }
}
