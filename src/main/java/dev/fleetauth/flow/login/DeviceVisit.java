package dev.fleetauth.flow.login;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.Refusals;
import dev.fleetauth.host.BusyLine;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Settings;
import dev.fleetauth.oauth.endpoint.DeviceAuthorization;
import dev.fleetauth.oauth.endpoint.TokenEndpoint;
import dev.fleetauth.oauth.endpoint.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The user's visit to the provider's page on another device (RFC 8628 3.3), while the token endpoint is polled for the
 * result.
 */
final class DeviceVisit {

    /** How often to check the wall clock, which jumps if the machine has slept. */
    private static final Duration SLICE = Duration.ofMillis(50);

    /** Failures that say nothing about the login, after which polling continues. */
    private static final Set<Kind> TEMPORARY =
            Set.of(Kind.UNREACHABLE, Kind.NO_RESPONSE, Kind.SERVER_ERROR, Kind.RATE_LIMITED, Kind.BLOCKED_BY_CDN);

    /**
     * The errors that report that the user denied access; {@code authorization_declined} is Microsoft's
     * (learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code).
     */
    private static final Set<String> DENIALS = Set.of("access_denied", "authorization_declined");

    private final Engine engine;
    private final Settings settings;
    private final DeviceAuthorization authorization;
    private final PollingPace pace;
    private final Duration timeout;
    private final Deadline end;
    private @Nullable Failure lastFailure;
    private boolean isOverrun;

    /** @param timeout how long to wait for the user, if the codes are valid that long */
    DeviceVisit(Engine engine, Settings settings, DeviceAuthorization authorization, Duration timeout) {
        this.engine = engine;
        this.settings = settings;
        this.authorization = authorization;
        this.pace = new PollingPace(authorization.interval());
        this.timeout = timeout.compareTo(authorization.expiresIn()) < 0 ? timeout : authorization.expiresIn();
        // The codes also expire while this machine sleeps.
        this.end = Deadline.in(this.timeout, engine.environment().clock());
    }

    /**
     * Tells the user where to go.
     *
     * @param qrCode shows an address as a QR code, if possible
     */
    void announce(Consumer<URI> qrCode) {
        URI complete = authorization.verificationUriComplete();
        engine.notice("On any device with a browser, open this address:");
        engine.show(authorization.verificationUri());
        engine.notice("and enter this code:");
        engine.environment().err().println(authorization.userCode());
        if (complete != null) {
            engine.notice("Or open this address, and check that the page shows the same code:");
            engine.show(complete);
        }
        qrCode.accept(complete != null ? complete : authorization.verificationUri());
    }

    /**
     * Waits until the next poll is allowed.
     *
     * @throws Failure if the time is over: the last temporary failure, or of kind {@code NOT_CONFIRMED}
     */
    void awaitNextPoll() {
        Deadline nextPoll = Deadline.in(pace.next(), engine.environment().clock());
        // The time may have passed during a request, for example because the machine slept: then there is one last
        // request.
        boolean isLast = end.hasPassed() && !isOverrun;
        isOverrun = end.hasPassed();
        BusyLine busy = engine.environment().countdown("Waiting for you to confirm", end);
        try (busy) {
            while (true) {
                // In this order, so that a machine that slept past both times polls once more.
                boolean isOver = end.hasPassed() && !isLast;
                if (nextPoll.hasPassed()) {
                    return;
                }
                if (isOver) {
                    throw lastFailure != null ? lastFailure : notConfirmed("gave up after " + Durations.text(timeout));
                }
                nextPoll.pause(SLICE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notConfirmed("interrupted");
        }
    }

    /**
     * Polls once.
     *
     * @return the verdict; null if there is none yet
     * @throws Failure if the user denied access, the codes have expired, or the response is unusable
     */
    @Nullable
    TokenResponse poll(TokenEndpoint endpoint) {
        TokenResponse answer;
        try {
            answer = endpoint.device(settings, authorization.deviceCode());
        } catch (Failure e) {
            failed(e);
            return null;
        }
        if (!(answer instanceof TokenResponse.Refused refused)) {
            return answer;
        }
        lastFailure = null;
        if (refused.error().equals("authorization_pending")) {
            pace.pending();
            return null;
        }
        if (refused.error().equals("slow_down")) {
            pace.slowDown();
            return null;
        }
        if (refused.error().equals("expired_token")) {
            throw notConfirmed("the code has expired");
        }
        if (DENIALS.contains(refused.error())) {
            throw Refusals.denial(refused, settings);
        }
        return refused;
    }

    private void failed(Failure failure) {
        if (!TEMPORARY.contains(failure.kind())) {
            throw failure;
        }
        lastFailure = failure;
        pace.failed(failure.retryAfter());
        engine.notice(failure.fields().get("address") + " is temporarily unavailable; retrying in "
                + Durations.text(pace.next()));
    }

    private Failure notConfirmed(String why) {
        return Failure.of(Kind.NOT_CONFIRMED, Addresses.shown(authorization.verificationUri()), why);
    }
}
