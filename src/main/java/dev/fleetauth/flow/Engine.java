package dev.fleetauth.flow;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.prompt.Alternatives;
import dev.fleetauth.host.time.Deadline;
import dev.fleetauth.http.BoundedHttp;
import dev.fleetauth.http.Http;
import dev.fleetauth.model.ExportKeySource;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Moved;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.oauth.Discovery;
import dev.fleetauth.oauth.ProviderKeys;
import dev.fleetauth.oauth.TokenVerifier;
import dev.fleetauth.seal.key.ExportKeys;
import dev.fleetauth.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every flow works with: the world, the store, and the network once it is needed. */
public final class Engine implements AutoCloseable {

    /** A process that holds the lock releases it when its turn is over; a process that waits for it waits 5 s longer. */
    private static final Duration LOCK_WAIT = Store.TURN.plusSeconds(5);

    private final Environment environment;
    private final Options options;
    private final Store store;
    private final Map<Optional<String>, BoundedHttp> connections = new HashMap<>();

    /**
     * How to work.
     *
     * @param home the folder that everything lies under
     * @param mayAsk whether a person at the terminal may be asked
     * @param notices told what a person should know on the way, a line each
     * @param trace told of each request, without secrets; null for nobody
     * @param userAgent how this program names itself to servers, asked for once there is something to send
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

        /** The store that is in the home, where nothing else is asked for. */
        public static final Address HOME = new Address("--store", "file:");
    }

    /** What flows work with, on the store at an address. */
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

    /** What flows work with, on a store of one's own. */
    public Engine(Environment environment, Options options, Store store) {
        this.environment = environment;
        this.options = options;
        this.store = store;
    }

    public Environment environment() {
        return environment;
    }

    public Store store() {
        return store;
    }

    /** The folder that everything lies under. */
    public Path home() {
        return options.home();
    }

    /**
     * What sends requests. It is made when there is something to send: a valid token needs no HTTP client, whose classes
     * are most of a cold start.
     *
     * @param certificates PEM certificates to trust beside the system's; null for none
     */
    public Http network(@Nullable String certificates) {
        return told(client(certificates));
    }

    /** A trace tells of requests already. */
    private Http told(Http http) {
        return options.trace() == null ? new PatientHttp(environment, http) : http;
    }

    private BoundedHttp client(@Nullable String certificates) {
        return connections.computeIfAbsent(
                Optional.ofNullable(certificates),
                unused -> new BoundedHttp(
                        environment.variables(),
                        certificates,
                        options.userAgent().get(),
                        options.trace(),
                        environment.limits()));
    }

    /**
     * What sends requests while a profile is this process's alone.
     *
     * @param due by when all of them are over: others wait for the profile
     */
    public Http network(@Nullable String certificates, Deadline due) {
        return told(client(certificates).within(due));
    }

    /** What verifies tokens of a provider, with its keys, which are kept. */
    public TokenVerifier verifier(Http network) {
        return new TokenVerifier(
                new ProviderKeys(network, ProviderCache.of(environment, home()), environment.clock()),
                environment.clock());
    }

    /** What reads discovery documents, and keeps them. */
    public Discovery discovery(@Nullable String certificates) {
        return new Discovery(
                network(certificates), ProviderCache.of(environment, home()), environment.clock(), options.notices());
    }

    /**
     * Opens a profile.
     *
     * @throws Failure of kind {@code NO_SUCH_PROFILE} if there is none
     */
    public Profile open(ProfileName name) {
        return store.read(name).orElseThrow(() -> absent(name));
    }

    /** That there is no profile of a name: {@code NO_SUCH_PROFILE}, or {@code MOVED_TO} if it went to another store. */
    public Failure absent(ProfileName name) {
        return store.movedTo(name)
                .map(where -> Failure.of(Kind.MOVED_TO, name, where))
                .orElseGet(() -> Failure.of(Kind.NO_SUCH_PROFILE, name));
    }

    /**
     * Refuses a profile that was moved away: to use it here as well would cut one of the two off.
     *
     * @throws Failure of kind {@code MOVED} or {@code MOVE_UNFINISHED}
     */
    public static Profile requireNotMoved(Profile profile) {
        Moved moved = requireNoStoreMove(profile).session().moved();
        if (moved != null) {
            throw Failure.of(
                    Kind.MOVED, profile.name(), moved.host(), moved.at().truncatedTo(ChronoUnit.SECONDS));
        }
        return profile;
    }

    /**
     * Refuses a profile that a {@code store move} has marked: its copy may be in use in the other store already.
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
     * Does something with a profile while it is this process's alone. Where another process was faster before anything was
     * sent, it is done from the start again, with what is there then.
     *
     * @throws Failure of kind {@code LOCK_HELD} when others have had the profile for too long
     */
    public <T> T withLock(ProfileName name, Function<Store.Lease, T> work) {
        return withLock(name, "what was begun", work);
    }

    /**
     * The same.
     *
     * @param what what is done, for the user who interrupts it
     */
    public <T> T withLock(ProfileName name, String what, Function<Store.Lease, T> work) {
        Deadline wait = Deadline.in(LOCK_WAIT);
        while (true) {
            try (Store.Lease lease = store.lock(name, wait.remaining(), this::tellWaiting)) {
                ShutdownGuard begun = ShutdownGuard.begin(() -> tellFinishing(what));
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
     * The same with a profile that is in use here. Whatever spends, tries, ends or hands out its tokens goes through this:
     * an export may have moved it away until the lock was had.
     *
     * @throws Failure of kind {@code NO_SUCH_PROFILE} or {@code MOVED}
     */
    public <T> T withLockNotMoved(ProfileName name, BiFunction<Store.Lease, Profile, T> work) {
        return withLockNotMoved(name, "what was begun", work);
    }

    /**
     * The same.
     *
     * @param what what is done, for the user who interrupts it
     */
    public <T> T withLockNotMoved(ProfileName name, String what, BiFunction<Store.Lease, Profile, T> work) {
        return withLock(
                name,
                what,
                lease -> work.apply(lease, requireNotMoved(lease.read().orElseThrow(() -> absent(name)))));
    }

    /** A person at a terminal is told who has the profile. */
    private void tellWaiting(Failure held) {
        if (environment.terminal().showsErrors()) {
            notice("Waiting for " + held.fields().get("holder") + ", which uses profile '"
                    + held.fields().get("profile") + "'");
        }
    }

    /** A user at a terminal is told why an interrupt does not end the process at once. */
    private void tellFinishing(String what) {
        if (environment.terminal().showsErrors()) {
            notice("Finishing " + what + " so that no token is lost");
        }
    }

    /** Whether there is someone to ask. */
    public boolean canAsk() {
        return options.mayAsk() && environment.terminal().isPresent();
    }

    /** Asks a person a question of yes or no; no, where nobody can be asked. */
    public boolean agrees(String question) {
        if (!canAsk()) {
            return false;
        }
        try {
            return Alternatives.confirm(environment.terminal(), question);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether there is a profile of a name. */
    public boolean hasProfile(ProfileName name) {
        return store.names().contains(name);
    }

    /** A random id, such as that of a session. */
    public String randomId() {
        byte[] bytes = new byte[16];
        environment.random().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What seals and opens exports, with what was given for it. */
    public ExportKeys exportKeys(ExportKeySource given) {
        return new ExportKeys(environment, given, options.mayAsk(), warning -> notice("warning: " + warning));
    }

    public void notice(String notice) {
        options.notices().accept(notice);
    }

    /** Shows an address that a person has to open: whole, alone on its line, and whatever else may be left out. */
    public void show(URI address) {
        environment.err().println(address.toASCIIString());
    }

    @Override
    public void close() {
        // Not forEach with a method reference, which would load the HTTP client even where there is none to close.
        for (BoundedHttp http : connections.values()) {
            http.close();
        }
    }
}
