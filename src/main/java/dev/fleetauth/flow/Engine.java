package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.prompt.Alternatives;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.http.BoundedHttp;
import dev.fleetauth.http.Http;
import dev.fleetauth.http.StreamedHttp;
import dev.fleetauth.key.ExportKeys;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.oauth.Discovery;
import dev.fleetauth.oauth.ProviderKeys;
import dev.fleetauth.oauth.TokenVerifier;
import dev.fleetauth.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The services that every flow uses: the environment, the store and, once it is needed, the network. Several threads
 * may use an engine, each for a profile of its own.
 */
public final class Engine implements AutoCloseable {

    /** The time to wait for a lock: 5 s longer than a turn, because the holder releases the lock when its turn ends. */
    private static final Duration LOCK_WAIT = Store.TURN.plusSeconds(5);

    private final Environment environment;
    private final Options options;
    private final Store store;
    private final @Nullable Network network;
    private final Map<Optional<String>, BoundedHttp> connections = new HashMap<>();

    /**
     * The options of an engine.
     *
     * @param home the directory for all data
     * @param mayAsk whether prompts at the terminal are allowed
     * @param notices receives notices for the user, one line each
     * @param trace receives a trace of each request, without secrets; null for no trace
     * @param userAgent supplies the User-Agent of requests; called only when an HTTP client is created
     */
    public record Options(
            Path home,
            boolean mayAsk,
            Consumer<String> notices,
            @Nullable Consumer<String> trace,
            Supplier<String> userAgent) {}

    /**
     * The address of a store.
     *
     * @param source the option or variable that gave it, for messages
     * @param address {@code file:} for the home
     */
    public record Address(String source, String address) {

        /** The store in the home, which is the default. */
        public static final Address HOME = new Address("--store", "file:");
    }

    /** Provides HTTP clients. */
    public interface Network {

        /** An HTTP client whose requests have to finish by a deadline; null for none. */
        Http within(@Nullable Deadline due);
    }

    /** Creates an engine with the store at an address. */
    public Engine(Environment environment, Options options, Address address) {
        this(
                environment,
                options,
                Stores.at(
                        environment,
                        address.source(),
                        address.address(),
                        options.home(),
                        !options.mayAsk(),
                        warning -> options.notices().accept("warning: " + warning)));
    }

    /** Creates an engine with a given store. */
    public Engine(Environment environment, Options options, Store store) {
        this(environment, options, store, null);
    }

    /**
     * Creates an engine with a given store and network.
     *
     * @param network the network; null for this machine's
     */
    public Engine(Environment environment, Options options, Store store, @Nullable Network network) {
        this.environment = environment;
        this.options = options;
        this.store = store;
        this.network = network;
    }

    public Environment environment() {
        return environment;
    }

    public Store store() {
        return store;
    }

    /** The directory for all data. */
    public Path home() {
        return options.home();
    }

    /**
     * An HTTP client. It is created when it is first needed: loading its classes takes most of a cold start, and a
     * valid token needs no request.
     *
     * @param certificates PEM certificates to trust in addition to the system's; null for none
     */
    public Http network(@Nullable String certificates) {
        return network == null ? withBusyLine(client(certificates)) : network.within(null);
    }

    /** Adds a busy line, unless the trace shows the requests. */
    private Http withBusyLine(Http http) {
        return options.trace() == null ? new BusyLineHttp(environment, http) : http;
    }

    /**
     * An HTTP client that streams the bodies of requests and responses.
     *
     * @param certificates PEM certificates to trust in addition to the system's; null for none
     */
    public StreamedHttp streamed(@Nullable String certificates) {
        return client(certificates).streamed();
    }

    private synchronized BoundedHttp client(@Nullable String certificates) {
        BoundedHttp client = connections.get(Optional.ofNullable(certificates));
        if (client == null) {
            client = new BoundedHttp(
                    environment.variables(),
                    certificates,
                    options.userAgent().get(),
                    options.trace(),
                    environment.limits());
            connections.put(Optional.ofNullable(certificates), client);
        }
        return client;
    }

    /**
     * An HTTP client for requests under a profile's lock.
     *
     * @param due the deadline for all of them, since other processes wait for the lock
     */
    public Http network(@Nullable String certificates, Deadline due) {
        return network == null ? withBusyLine(client(certificates).within(due)) : network.within(due);
    }

    /** A verifier of a provider's tokens, which caches the provider's keys. */
    public TokenVerifier verifier(Http network) {
        return new TokenVerifier(
                new ProviderKeys(network, ProviderCache.of(environment, home()), environment.clock()),
                environment.clock());
    }

    /** A reader of discovery documents, which caches them. */
    public Discovery discovery(@Nullable String certificates) {
        return new Discovery(
                network(certificates), ProviderCache.of(environment, home()), environment.clock(), options.notices());
    }

    /**
     * Opens a profile.
     *
     * @throws Failure of kind {@code NO_SUCH_PROFILE} or {@code MOVED_TO} if there is none
     */
    public Profile open(ProfileName name) {
        return require(store.read(name), name);
    }

    /**
     * Requires a profile to exist.
     *
     * @throws Failure of kind {@code NO_SUCH_PROFILE} or {@code MOVED_TO} if it does not
     */
    public Profile require(Optional<Profile> profile, ProfileName name) {
        if (profile.isEmpty()) {
            throw absent(name);
        }
        return profile.get();
    }

    /**
     * The failure for a missing profile: {@code MOVED_TO} if it was moved to another store, else {@code
     * NO_SUCH_PROFILE}.
     */
    public Failure absent(ProfileName name) {
        return store.movedTo(name)
                .map(where -> Failure.of(Kind.MOVED_TO, name, where))
                .orElseGet(() -> Failure.of(Kind.NO_SUCH_PROFILE, name));
    }

    /**
     * Rejects a profile that was moved away: two copies in use could invalidate each other's refresh tokens.
     *
     * @throws Failure of kind {@code MOVED} or {@code MOVE_UNFINISHED}
     */
    public static Profile requireNotMoved(Profile profile) {
        Moved moved = requireNoStoreMove(profile).session().moved();
        if (moved != null) {
            throw Failure.of(Kind.MOVED, profile.name(), moved.host(), moved.at());
        }
        return profile;
    }

    /**
     * Rejects a profile that a {@code store move} has marked: its copy may already be in use in the other store.
     *
     * @throws Failure of kind {@code MOVE_UNFINISHED}
     */
    public static Profile requireNoStoreMove(Profile profile) {
        Moved moved = profile.session().moved();
        if (moved != null && moved.destination() != null) {
            throw Failure.of(
                    Kind.MOVE_UNFINISHED, profile.name(), moved.destination().location());
        }
        return profile;
    }

    /**
     * Runs work under a profile's lock. If another process has changed the profile and nothing was sent yet, the work
     * is repeated with the new state.
     *
     * @throws Failure of kind {@code LOCK_HELD} if other processes have held the lock for too long
     */
    public <T> T withLock(ProfileName name, Function<Store.Lease, T> work) {
        return withLock(name, "the operation", work);
    }

    /**
     * Runs work under a profile's lock. A user who interrupts it is told what has to be finished first.
     *
     * @param what the name of the work, for the message to a user who interrupts it
     */
    public <T> T withLock(ProfileName name, String what, Function<Store.Lease, T> work) {
        Deadline wait = Deadline.in(LOCK_WAIT);
        while (true) {
            try (Store.Lease lease = store.lock(name, wait.remaining(), this::noticeWaiting)) {
                ShutdownGuard begun = ShutdownGuard.begin(() -> noticeFinishing(what));
                try (begun) {
                    return work.apply(lease);
                }
            } catch (Failure e) {
                if (e.kind() != Kind.OVERTAKEN || wait.hasPassed()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Runs work under a profile's lock unless the profile was moved away. That check is required for everything that
     * spends, tests, revokes or publishes tokens: an export may have moved the profile before the lock was acquired.
     *
     * @throws Failure of kind {@code NO_SUCH_PROFILE}, {@code MOVED_TO}, {@code MOVED} or {@code MOVE_UNFINISHED}
     */
    public <T> T withLockNotMoved(ProfileName name, BiFunction<Store.Lease, Profile, T> work) {
        return withLockNotMoved(name, "the operation", work);
    }

    /**
     * Runs work under the lock of a profile that was not moved away.
     *
     * @param what the name of the work, for the message to a user who interrupts it
     */
    public <T> T withLockNotMoved(ProfileName name, String what, BiFunction<Store.Lease, Profile, T> work) {
        return withLock(name, what, lease -> work.apply(lease, requireNotMoved(require(lease.read(), name))));
    }

    /** Tells a user at a terminal which process holds the lock. */
    private void noticeWaiting(Failure held) {
        if (environment.terminal().showsErrors()) {
            notice("Waiting for " + held.fields().get("holder") + ", which is using profile '"
                    + held.fields().get("profile") + "'");
        }
    }

    /** Tells a user at a terminal why an interrupt does not end the process at once. */
    private void noticeFinishing(String what) {
        if (environment.terminal().showsErrors()) {
            notice("Finishing " + what + " so that no token is lost");
        }
    }

    /** Whether the user can be prompted. */
    public boolean canAsk() {
        return options.mayAsk() && environment.terminal().isPresent();
    }

    /** Asks the user a yes-or-no question; false if the user cannot be prompted. */
    public boolean confirm(String question) {
        if (!canAsk()) {
            return false;
        }
        try {
            return Alternatives.confirm(environment.terminal(), question);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a profile of this name exists. */
    public boolean hasProfile(ProfileName name) {
        return store.names().contains(name);
    }

    /** A random id, such as that of a session. */
    public String randomId() {
        byte[] bytes = new byte[16];
        environment.random().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The keys that seal and open exports, from a given source. */
    public ExportKeys exportKeys(ExportKeySource given) {
        return new ExportKeys(environment, given, options.mayAsk(), warning -> notice("warning: " + warning));
    }

    public void notice(String notice) {
        options.notices().accept(notice);
    }

    /** Prints an address that the user has to open: in full, on its own line, even in quiet mode. */
    public void show(URI address) {
        environment.err().println(address.toASCIIString());
    }

    @Override
    public void close() {
        // A method reference would load the HTTP client's class even if there is nothing to close.
        for (BoundedHttp http : connections.values()) {
            http.close();
        }
    }
}
