package dev.fleetauth.flow.refresh;

import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The minimum remaining validity of an access token.
 *
 * @param requested the user's requirement; null for a minute or a tenth of the token's lifetime, whichever is shorter
 */
record MinValidity(@Nullable Duration requested) {

    private static final Duration DEFAULT = Duration.ofSeconds(60);

    boolean isMetBy(Tokens tokens, Instant now) {
        return tokens.isValid(now, requested != null ? requested : defaultFor(tokens.expiresIn()));
    }

    /** Rejects a requirement that no token of this provider can meet, judging by the lifetime of the last one. */
    void requirePossible(@Nullable Tokens last) {
        Duration life = last == null ? null : last.expiresIn();
        if (requested != null && life != null && requested.compareTo(life) >= 0) {
            throw Failure.of(Kind.LIFETIME_TOO_SHORT, Durations.text(requested), Durations.text(life));
        }
    }

    private static Duration defaultFor(@Nullable Duration life) {
        Duration tenth = life == null ? DEFAULT : Duration.ofMillis(life.toMillis() / 10);
        return tenth.compareTo(DEFAULT) < 0 ? tenth : DEFAULT;
    }
}
