package dev.fleetauth.serve.client;

import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.serve.AccessTokens;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Access tokens without a store or provider: a profile's token contains the number of its refreshes. */
final class FakeTokens implements AccessTokens {

    private static final Scope SCOPE = Scope.parse("openid offline_access vehicle_device_data");

    private final Clock clock;
    private final @Nullable String certificates;
    private final Map<String, AtomicInteger> refreshes = new ConcurrentHashMap<>();
    private final Map<String, String> audiences = new ConcurrentHashMap<>();

    /** The failure to throw; null to return tokens. */
    volatile @Nullable Failure failure;

    /** How long a client should wait before it retries. */
    volatile Duration retryAfter = Duration.ZERO;

    /** Whether a rejected token is kept, as if it were less than a minute old. */
    volatile boolean isYoung;

    FakeTokens(Clock clock, @Nullable String certificates) {
        this.clock = clock;
        this.certificates = certificates;
    }

    /** Adds a profile, with the address of its Fleet API. */
    FakeTokens with(String profile, String audience) {
        refreshes.put(profile, new AtomicInteger());
        audiences.put(profile, audience);
        return this;
    }

    /** The current access token of a profile. */
    String token(String profile) {
        return "eyJhbGciOiJub25lIn0." + profile + "-token-" + refreshes(profile) + ".aaaaaaaaaaaaaaaaaaaaaaa";
    }

    int refreshes(String profile) {
        return refreshes.getOrDefault(profile, new AtomicInteger()).get();
    }

    @Override
    public Profile valid(ProfileName name, @Nullable Duration minValidity) {
        Failure thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        if (!refreshes.containsKey(name.value())) {
            throw Failure.of(Failure.Kind.NO_SUCH_PROFILE, name);
        }
        Instant received = clock.instant();
        Settings settings = new Settings(
                "third-party",
                "https://auth.tesla.com",
                "na",
                Grant.AUTHORIZATION_CODE,
                "client",
                null,
                null,
                ClientAuthentication.NONE,
                SCOPE,
                audiences.get(name.value()),
                null,
                null,
                Map.of(),
                new Endpoints(null, URI.create("https://issuer.example/token"), null, null, null),
                certificates);
        Tokens tokens = new Tokens(
                new Secret(token(name.value())),
                "Bearer",
                received,
                Duration.ofHours(8),
                new Secret("NA_the-refresh-token-of-" + name),
                received,
                null,
                null,
                "subject",
                SCOPE);
        return new Profile(name, 1, new Session("session", settings, null).withTokens(tokens, null), null);
    }

    @Override
    public Duration retryAfter(ProfileName name) {
        return retryAfter;
    }

    @Override
    public Profile refreshed(ProfileName name, Secret rejected) {
        if (!isYoung && rejected.reveal().equals(token(name.value()))) {
            Objects.requireNonNull(refreshes.get(name.value())).incrementAndGet();
        }
        return valid(name, null);
    }
}
