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
 * The access tokens of one profile. One refresh is under way at a time, and all that wait share its outcome. After a failure
 * the next one waits, longer each time; after one that takes a login, until there was a login. No token is kept here.
 */
final class ProfileTokens {

    private static final Duration MIN_BACKOFF = Duration.ofSeconds(2);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);

    /** A token that is rejected so soon after it came would not be replaced by a better one. */
    private static final Duration RECENT = Duration.ofMinutes(1);

    /** A token is renewed between one and two of these before its end. */
    private static final Duration MAX_LEAD = Duration.ofMinutes(5);

    private final Engine engine;
    private final Refresh refresh;
    private final ProfileName name;
    private final Consumer<ProfileName> loginNeeded;

    private @Nullable FutureTask<Profile> underWay;
    private @Nullable Setback setback;
    private @Nullable Renewal renewal;
    private @Nullable Login reported;

    /**
     * A failed refresh.
     *
     * @param failure a {@link Failure}, or a bug
     * @param count how many failed in a row
     * @param until when the next may be tried
     * @param login the login that has ended; null if none is needed
     */
    private record Setback(
            RuntimeException failure,
            int count,
            Instant until,
            @Nullable Login login) {}

    /**
     * When to renew the tokens that were received at a moment.
     *
     * @param lead how long before their end
     * @param tries how often that was tried in vain
     */
    private record Renewal(Instant receivedAt, Instant due, Duration lead, int tries) {}

    /** The responses of one login up to a moment; another one comes by a login, or by the refresh of another process. */
    private record Login(String session, @Nullable Instant receivedAt) {
        static Login of(Profile profile) {
            Session session = profile.session();
            Tokens tokens = session.tokens();
            return new Login(profile.newestSession(), tokens == null ? null : tokens.receivedAt());
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
        if (ready != null && isOther(ready, rejected)) {
            return ready;
        }
        return next(null, () -> {
            // Another client may have had it refreshed since.
            Profile now = engine.open(name);
            Tokens tokens = now.session().tokens();
            return tokens != null && tokens.isValid(now(), Duration.ZERO) && isOther(now, rejected)
                    ? now
                    : refresh.refresh(name, false);
        });
    }

    private boolean isOther(Profile profile, Secret rejected) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        return !tokens.accessToken().equals(rejected)
                || tokens.receivedAt().plus(RECENT).isAfter(now());
    }

    /** How long a client had better wait after a failure. */
    synchronized Duration retryAfter() {
        Setback last = setback;
        Duration left = last == null ? Duration.ZERO : Duration.between(now(), last.until());
        return left.isNegative() ? Duration.ZERO : left;
    }

    void renewIfDue() {
        Renewal next;
        synchronized (this) {
            next = renewal;
            if (next == null || now().isBefore(next.due()) || retryAfter().compareTo(Duration.ZERO) > 0) {
                return;
            }
            // Whatever comes of it, the next try waits.
            renewal = new Renewal(next.receivedAt(), now().plus(backoff(next.tries())), next.lead(), next.tries() + 1);
        }
        valid(next.lead());
    }

    /** The profile as it is, if its token is valid for long enough; null if that takes a refresh. */
    private @Nullable Profile ready(@Nullable Duration minValidity) {
        try {
            Profile profile = refresh.token(name, minValidity, false);
            planRenewal(profile);
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

    private synchronized void planRenewal(Profile profile) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        Instant end = tokens.expiresAt();
        if (end == null) {
            renewal = null;
        } else if (renewal == null || !renewal.receivedAt().equals(tokens.receivedAt())) {
            Duration tenth = Objects.requireNonNull(tokens.expiresIn()).dividedBy(10);
            Duration lead = jittered(tenth.compareTo(MAX_LEAD) < 0 ? tenth : MAX_LEAD);
            renewal = new Renewal(tokens.receivedAt(), end.minus(lead), lead, 0);
        }
    }

    /** A time between one and two times as long, so that not every machine and profile comes at once. */
    private Duration jittered(Duration time) {
        return time.plusMillis(engine.environment().random().nextInt((int) time.toMillis() + 1));
    }

    private Profile next(@Nullable Duration minValidity, Supplier<Profile> work) {
        FutureTask<Profile> mine = new FutureTask<>(work::get);
        while (true) {
            FutureTask<Profile> current;
            synchronized (this) {
                if (underWay == null) {
                    requireMayTry();
                    underWay = mine;
                }
                current = underWay;
            }
            if (current == mine) {
                return lead(mine);
            }
            outcome(current);
            Profile ready = ready(minValidity);
            if (ready != null) {
                return ready;
            }
        }
    }

    private Profile lead(FutureTask<Profile> mine) {
        mine.run();
        RuntimeException failure = null;
        try {
            Profile profile = outcome(mine);
            planRenewal(profile);
            return profile;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            end(failure);
        }
    }

    /** What another thread's refresh led to. An interrupt ends the wait, and not the refresh. */
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
        Setback next = null;
        // What this client alone asked for says nothing of the others.
        if (failure != null && !isOfKind(failure, Kind.LIFE_TOO_SHORT)) {
            int before = setback == null ? 0 : setback.count();
            next = new Setback(
                    failure,
                    before + 1,
                    now().plus(waitAfter(failure, before)),
                    isOfKind(failure, Kind.LOGIN_NEEDED) ? endedLogin() : null);
        }
        synchronized (this) {
            underWay = null;
            setback = next;
        }
        if (next != null && next.login() != null) {
            report(next.login());
        }
    }

    /** The login that has ended; null if the store fails just now, so that the next refresh waits for a time instead. */
    private @Nullable Login endedLogin() {
        try {
            return Login.of(engine.open(name));
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Longer each time, or as long as the provider asks for within limits. */
    private Duration waitAfter(RuntimeException e, int before) {
        Duration backoff = jittered(backoff(before));
        Duration asked = e instanceof Failure failure ? failure.retryAfter() : null;
        if (asked == null || asked.compareTo(backoff) < 0) {
            return backoff;
        }
        return asked.compareTo(MAX_BACKOFF) < 0 ? asked : MAX_BACKOFF;
    }

    private static boolean isOfKind(RuntimeException e, Kind kind) {
        return e instanceof Failure failure && failure.kind() == kind;
    }

    /** @param count how often it has failed before */
    private static Duration backoff(int count) {
        Duration backoff = MIN_BACKOFF.multipliedBy(1L << Math.min(count, 10));
        return backoff.compareTo(MAX_BACKOFF) < 0 ? backoff : MAX_BACKOFF;
    }

    /** Fails as the last refresh did, as long as another one would not do better. */
    private void requireMayTry() {
        Setback last = setback;
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
