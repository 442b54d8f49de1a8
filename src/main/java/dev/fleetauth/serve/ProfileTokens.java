package dev.fleetauth.serve;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The access tokens of one profile. At most one refresh runs at a time, and all waiting requests share its outcome.
 * After a failure, the next refresh has to wait, longer each time; after a failure that requires a login, until the
 * login. No token is kept here.
 */
final class ProfileTokens {

    private static final Duration MIN_BACKOFF = Duration.ofSeconds(2);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);

    /** A token that was received more recently is not refreshed when it is rejected: a newer one would not help. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    /**
     * The maximum lead, without jitter. The lead is how long before its expiry a token is refreshed: a tenth of its
     * lifetime, but at most this; {@link #jittered} then lengthens it.
     */
    private static final Duration MAX_LEAD = Duration.ofMinutes(5);

    private final Engine engine;
    private final Refresh refresh;
    private final ProfileName name;
    private final Consumer<ProfileName> loginNeeded;

    private @Nullable FutureTask<Profile> underWay;
    private @Nullable FailedRefresh lastFailure;
    private @Nullable PlannedRefresh planned;
    private @Nullable Login reported;

    /**
     * A failed refresh.
     *
     * @param failure a {@link Failure}, or a bug
     * @param count how many failed in a row
     * @param until when the next may be tried
     * @param login the login that has ended; null if no new login is needed
     */
    private record FailedRefresh(
            RuntimeException failure,
            int count,
            Instant until,
            @Nullable Login login) {}

    /**
     * When to refresh the tokens that were received at a given time.
     *
     * @param lead the time before their expiry
     * @param tries the number of failed tries so far
     */
    private record PlannedRefresh(Instant receivedAt, Instant due, Duration lead, int tries) {}

    /** A login, identified by its newest response, so that a refresh by another process also counts as a new login. */
    private record Login(String session, @Nullable Instant receivedAt) {
        static Login of(Profile profile) {
            Session session = profile.session();
            Tokens tokens = session.tokens();
            return new Login(profile.newestSessionId(), tokens == null ? null : tokens.receivedAt());
        }
    }

    ProfileTokens(Engine engine, ProfileName name, Consumer<ProfileName> loginNeeded) {
        this.engine = engine;
        this.refresh = new Refresh(engine);
        this.name = name;
        this.loginNeeded = loginNeeded;
    }

    Profile valid(@Nullable Duration minValidity) {
        Profile ready = ready(minValidity);
        return ready != null ? ready : next(minValidity, () -> refresh.token(name, minValidity, true));
    }

    Profile refreshed(Secret rejected) {
        Profile ready = ready(null);
        if (ready != null && isOtherOrRecent(ready, rejected)) {
            return ready;
        }
        return next(null, () -> {
            // Another client may have caused a refresh in the meantime.
            Profile now = engine.open(name);
            Tokens tokens = now.session().tokens();
            return tokens != null && tokens.isValid(now(), Duration.ZERO) && isOtherOrRecent(now, rejected)
                    ? now
                    : refresh.refresh(name, false);
        });
    }

    private boolean isOtherOrRecent(Profile profile, Secret rejected) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        return !tokens.accessToken().equals(rejected)
                || tokens.receivedAt().plus(RECENT).isAfter(now());
    }

    /** How long a client should wait before it retries after a failure; zero if unknown. */
    synchronized Duration retryAfter() {
        FailedRefresh last = lastFailure;
        Duration left = last == null ? Duration.ZERO : Duration.between(now(), last.until());
        return left.isNegative() ? Duration.ZERO : left;
    }

    void refreshIfDue() {
        PlannedRefresh next;
        synchronized (this) {
            next = planned;
            if (next == null || now().isBefore(next.due()) || retryAfter().compareTo(Duration.ZERO) > 0) {
                return;
            }
            // Whatever the result of this refresh, the next one waits.
            planned = new PlannedRefresh(
                    next.receivedAt(), now().plus(backoff(next.tries())), next.lead(), next.tries() + 1);
        }
        valid(next.lead());
    }

    /** The profile if its token is valid for long enough; null if a refresh is needed. */
    private @Nullable Profile ready(@Nullable Duration minValidity) {
        try {
            Profile profile = refresh.token(name, minValidity, false);
            planRefresh(profile);
            return profile;
        } catch (Failure e) {
            if (e.kind() == Kind.REFRESH_NEEDED) {
                return null;
            }
            if (e.kind() == Kind.LOGIN_NEEDED) {
                report(Login.of(engine.open(name)));
            }
            throw e;
        }
    }

    private synchronized void planRefresh(Profile profile) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        Instant end = tokens.expiresAt();
        if (end == null) {
            planned = null;
        } else if (planned == null || !planned.receivedAt().equals(tokens.receivedAt())) {
            Duration tenth = Objects.requireNonNull(tokens.expiresIn()).dividedBy(10);
            Duration lead = jittered(tenth.compareTo(MAX_LEAD) < 0 ? tenth : MAX_LEAD);
            planned = new PlannedRefresh(tokens.receivedAt(), end.minus(lead), lead, 0);
        }
    }

    /**
     * A random duration from {@code time} to twice that, so that machines and profiles do not all refresh at once.
     */
    private Duration jittered(Duration time) {
        return time.plusMillis(engine.environment().random().nextInt((int) time.toMillis() + 1));
    }

    private Profile next(@Nullable Duration minValidity, Supplier<Profile> work) {
        FutureTask<Profile> mine = new FutureTask<>(work::get);
        while (true) {
            FutureTask<Profile> current;
            synchronized (this) {
                if (underWay == null) {
                    requireRefreshAllowed();
                    underWay = mine;
                }
                current = underWay;
            }
            if (current == mine) {
                return run(mine);
            }
            outcome(current);
            Profile ready = ready(minValidity);
            if (ready != null) {
                return ready;
            }
        }
    }

    private Profile run(FutureTask<Profile> mine) {
        mine.run();
        RuntimeException failure = null;
        try {
            Profile profile = outcome(mine);
            planRefresh(profile);
            return profile;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            end(failure);
        }
    }

    /** The outcome of a refresh, perhaps in another thread. An interrupt ends the wait, not the refresh. */
    private Profile outcome(FutureTask<Profile> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.because(e, Kind.REFRESH_NEEDED, name);
        }
    }

    private void end(@Nullable RuntimeException failure) {
        FailedRefresh next = null;
        // A validity that only this client asked for does not concern the others.
        if (failure != null && !isOfKind(failure, Kind.LIFETIME_TOO_SHORT)) {
            int before = lastFailure == null ? 0 : lastFailure.count();
            next = new FailedRefresh(
                    failure,
                    before + 1,
                    now().plus(waitAfter(failure, before)),
                    isOfKind(failure, Kind.LOGIN_NEEDED) ? endedLogin() : null);
        }
        synchronized (this) {
            underWay = null;
            lastFailure = next;
        }
        if (next != null && next.login() != null) {
            report(next.login());
        }
    }

    /** The login that has ended; null if the store fails, so that the next refresh backs off instead. */
    private @Nullable Login endedLogin() {
        try {
            return Login.of(engine.open(name));
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** The backoff, or the wait that the provider asks for, up to {@link #MAX_BACKOFF}, if that is longer. */
    private Duration waitAfter(RuntimeException e, int before) {
        Duration backoff = jittered(backoff(before));
        Duration asked = e instanceof Failure failure ? failure.retryAfter() : null;
        if (asked == null) {
            return backoff;
        }
        Duration limited = asked.compareTo(MAX_BACKOFF) < 0 ? asked : MAX_BACKOFF;
        return limited.compareTo(backoff) < 0 ? backoff : limited;
    }

    private static boolean isOfKind(RuntimeException e, Kind kind) {
        return e instanceof Failure failure && failure.kind() == kind;
    }

    /** @param count the number of earlier failures */
    private static Duration backoff(int count) {
        Duration backoff = MIN_BACKOFF.multipliedBy(1L << Math.min(count, 10));
        return backoff.compareTo(MAX_BACKOFF) < 0 ? backoff : MAX_BACKOFF;
    }

    /** Fails like the last refresh if it is too early for another one, or if the needed login has not happened. */
    private void requireRefreshAllowed() {
        FailedRefresh last = lastFailure;
        if (last != null
                && (last.login() == null
                        ? now().isBefore(last.until())
                        : last.login().equals(Login.of(engine.open(name))))) {
            throw last.failure();
        }
    }

    private void report(Login ended) {
        synchronized (this) {
            if (ended.equals(reported)) {
                return;
            }
            reported = ended;
        }
        loginNeeded.accept(name);
    }

    private Instant now() {
        return engine.environment().clock().instant();
    }
}
