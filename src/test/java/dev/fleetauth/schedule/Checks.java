package dev.fleetauth.schedule;

import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.schedule.MemoryProvider.Grant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The promises that must hold after every schedule, as checked by further commands. */
final class Checks {

    /** The prefix of the cells with a response that a process received and did not save. */
    static final String DROPPED = "dropped ";

    /** Commands whose purpose is to remove or replace the earlier tokens. */
    static final Set<Operation> REMOVING =
            EnumSet.of(Operation.LOGIN, Operation.LOGOUT, Operation.REMOVE, Operation.REVOKE);

    /** The failures of a refresh after an attempt without a response; the user may take over. */
    private static final Set<Kind> IN_DOUBT =
            EnumSet.of(Kind.RESPONSE_MAY_BE_LOST, Kind.RESPONSE_ON_OTHER_HOST, Kind.REFRESH_IN_DOUBT);

    private static final Set<Operation> MOVING_AWAY = EnumSet.of(Operation.EXPORT, Operation.MOVE);

    private final Setting setting;
    private final List<Operation> operations;
    private final Map<World, Next> known = new HashMap<>();

    Checks(Setting setting, List<Operation> operations) {
        this.setting = setting;
        this.operations = operations;
    }

    /**
     * What the next commands find.
     *
     * @param look the state after {@link Operation#LOOK} on each machine
     * @param there the states after {@link Operation#LOOK_THERE} on the machines that move the profile
     * @param refreshed the outcome of a refresh after that
     * @param world the world before that refresh
     */
    private record Next(Outcome look, List<Outcome> there, Outcome refreshed, World world) {

        /** The token in this store; empty for none. */
        String token() {
            return token(look);
        }

        /** The token in the other stores; empty for none. */
        String tokenThere() {
            return there.stream()
                    .map(Next::token)
                    .filter(token -> !token.isEmpty())
                    .findFirst()
                    .orElse("");
        }

        /** In how many stores the first session can be used. */
        long places() {
            return Stream.concat(Stream.of(look), there.stream())
                    .filter(found -> !Operation.has(found, "moved"))
                    .filter(found -> token(found).startsWith(Setting.FIRST_GRANT + "."))
                    .count();
        }

        private static String token(Outcome found) {
            return found.result().equals("nothing") ? "" : found.result().split(" ", -1)[0];
        }

        @Override
        public String toString() {
            return "then " + look + ", there " + there + ", refreshed " + refreshed;
        }
    }

    private Next next(World after) {
        World world = Steps.later(after);
        for (int i = 0; i < operations.size(); i++) {
            world = run(Operation.LOOK, setting.machine(i), world).world();
        }
        Steps.Ended look = run(Operation.LOOK, setting.machine(0), world);
        // With a database each process has a machine of its own, and moves the profile to the files of that machine.
        Set<String> movers = new LinkedHashSet<>();
        for (int i = 0; i < operations.size(); i++) {
            if (operations.get(i) == Operation.MOVE) {
                movers.add(setting.machine(i));
            }
        }
        List<Outcome> there = new ArrayList<>();
        for (String machine : movers) {
            there.add(run(Operation.LOOK_THERE, machine, look.world()).outcome());
        }
        return new Next(
                look.outcome(),
                there,
                run(Operation.REFRESH, setting.machine(0), look.world()).outcome(),
                look.world());
    }

    private Steps.Ended run(Operation operation, String machine, World world) {
        Setting sound =
                new Setting(setting.isShared(), setting.isStrict(), Mistake.NONE, setting.keyFile(), setting.tokens());
        return Steps.runAlone(sound.program(operation, 8, machine), world);
    }

    /**
     * The first promise that is broken; null if all are kept.
     *
     * @param outcomes the outcomes of the commands; null for a command that was killed
     */
    @Nullable
    String violation(World world, List<@Nullable Outcome> outcomes) {
        if (world.get(MemoryBackend.REGRESSION) != null) {
            return "a generation decreased: " + world.get(MemoryBackend.REGRESSION);
        }
        if (world.get(MemoryProvider.SPENT) != null) {
            return "a spent token was posted: " + world.get(MemoryProvider.SPENT);
        }
        boolean wipes = operations.stream().anyMatch(REMOVING::contains);
        // A login that began before a removal or move does not revive the profile, and reports that.
        boolean keepsLogins =
                operations.stream().filter(REMOVING::contains).count() == 1 && !operations.contains(Operation.MOVE);
        for (String cell : world.names(DROPPED)) {
            if (!wipes || (keepsLogins && cell.startsWith(DROPPED + MemoryProvider.LOGIN))) {
                return "a response is lost: " + world.get(cell);
            }
        }
        Next next = known.computeIfAbsent(world, this::next);
        if (!next.look().isDone()) {
            return "the profile does not open: " + next;
        }
        if (!next.there().stream().allMatch(Outcome::isDone)) {
            return "the profile does not open in the other store: " + next;
        }
        if (next.places() > 1) {
            return "the session can be used in two stores: " + next;
        }
        for (int i = 0; i < operations.size(); i++) {
            Outcome outcome = outcomes.get(i);
            String broken = outcome == null ? null : broken(i, outcomes, world, next);
            if (broken != null) {
                return operations.get(i) + ": " + broken + "; " + next;
            }
        }
        String state = wipes ? null : state(Setting.FIRST_GRANT, next, outcomes);
        return state == null ? null : state + "; " + next;
    }

    /** What is wrong with the state of a session that no command ended; null if nothing is. */
    private @Nullable String state(String grantName, Next next, List<@Nullable Outcome> outcomes) {
        boolean hasMoved = next.token().isEmpty() && operations.contains(Operation.MOVE);
        String token = hasMoved ? next.tokenThere() : next.token();
        if (!token.startsWith(grantName + ".")) {
            return "the session is gone";
        }
        Grant grant = grant(grantName, next.world());
        boolean isLost = isLost(grantName, next.world());
        if (!isLost && setting.isStrict() && number(token) != grant.newest()) {
            return "the newest response is lost";
        }
        if (!isLost
                && !grant.accepts(
                        number(token), setting.isStrict(), next.world().time())) {
            return "the session is dead";
        }
        boolean isHere = !hasMoved && !Operation.has(next.look(), "moved");
        if (!isHere || isLost || next.refreshed().isDone()) {
            return null;
        }
        boolean isAnyUnfinished = outcomes.stream().anyMatch(outcome -> outcome == null || !outcome.isDone());
        boolean isInDoubt = isAnyUnfinished
                && IN_DOUBT.contains(
                        Objects.requireNonNull(next.refreshed().failure()).kind());
        return isInDoubt
                        && run(Operation.TAKE_OVER, setting.machine(0), next.world())
                                .outcome()
                                .isDone()
                ? null
                : "the next refresh fails";
    }

    private static Grant grant(String name, World world) {
        return (Grant) Objects.requireNonNull(world.get(MemoryProvider.GRANTS + name));
    }

    /** Whether the newest response to a grant never arrived, or was lost with its process. */
    private static boolean isLost(String grantName, World world) {
        Object lost = world.get(MemoryProvider.LOST + grantName);
        return lost != null
                && number(lost.toString()) == grant(grantName, world).newest();
    }

    private static int number(String token) {
        return Integer.parseInt(token.substring(token.indexOf('.') + 1));
    }

    /** The prefix of all tokens of a session. */
    private static String session(String token) {
        return token.substring(0, token.indexOf('.') + 1);
    }

    /** What contradicts the result of a command; null if nothing does. */
    private @Nullable String broken(int process, List<@Nullable Outcome> outcomes, World world, Next next) {
        Outcome outcome = Objects.requireNonNull(outcomes.get(process));

        if (outcome.isDone()) {
            return brokenSuccess(process, outcomes, world, next);
        }
        String said = String.valueOf(outcome.failure().fields());
        if (said.contains("nothing was sent") && world.get(MemoryProvider.POSTS + process) != null) {
            return "something was sent";
        }
        if (said.contains("response is lost")) {
            return "a response is lost";
        }
        boolean wipes = operations.stream().anyMatch(REMOVING::contains);
        if (said.contains("is kept in") && !wipes && !isAccepted(next)) {
            return "the kept response is not found";
        }
        if (outcome.is(Kind.LOGIN_NEEDED) && !wipes && !isLost(Setting.FIRST_GRANT, next.world()) && isAccepted(next)) {
            return "no login is needed";
        }
        if (outcome.is(Kind.STORE_DAMAGED) || outcome.is(Kind.KEYS_MISSING)) {
            return "the store is damaged";
        }
        return null;
    }

    private boolean isAccepted(Next next) {
        String token = next.token().isEmpty() ? next.tokenThere() : next.token();
        return token.startsWith(Setting.FIRST_GRANT)
                && grant(Setting.FIRST_GRANT, next.world())
                        .accepts(number(token), setting.isStrict(), next.world().time());
    }

    private @Nullable String brokenSuccess(int process, List<@Nullable Outcome> outcomes, World world, Next next) {
        Outcome outcome = Objects.requireNonNull(outcomes.get(process));
        Operation operation = operations.get(process);
        boolean hasOtherLogin = operations.contains(Operation.LOGIN) && operation != Operation.LOGIN;
        return switch (operation) {
            case LOGIN -> {
                boolean isAlone = operations.stream().filter(REMOVING::contains).count() == 1
                        && operations.stream().noneMatch(MOVING_AWAY::contains);
                yield isAlone ? state(MemoryProvider.LOGIN + process, next, outcomes) : null;
            }
            case LOGOUT, REVOKE -> hasOtherLogin || next.token().isEmpty() ? null : "its tokens still exist";
            case REMOVE -> hasOtherLogin || next.look().result().equals("nothing") ? null : "the profile still exists";
            case EXPORT -> {
                if (operations.stream().anyMatch(REMOVING::contains)) {
                    yield null;
                }
                if (!Operation.has(next.look(), "moved")) {
                    yield "it can still be used here";
                }
                boolean isGood = grant(Setting.FIRST_GRANT, next.world())
                        .accepts(
                                number(outcome.result()),
                                setting.isStrict(),
                                next.world().time());
                yield isGood || isLost(Setting.FIRST_GRANT, next.world()) ? null : "the token of the export is spent";
            }
            case MOVE -> hasOtherLogin || next.token().isEmpty() ? null : "the profile can still be used here";
            case PUBLISH -> {
                // A command publishes only a response that it received itself, and the copy of an exported or moved
                // profile already has it.
                boolean hasLeft = operations.stream().anyMatch(MOVING_AWAY::contains);
                boolean isOwn = world.get(MemoryProvider.POSTS + process) != null;
                // It does not publish a session that was replaced or removed.
                String session = session(outcome.result());
                Object published = world.get(Setting.PUBLISHED);
                yield !isOwn
                                || hasLeft
                                || !next.token().startsWith(session)
                                || (published != null
                                        && published.toString().startsWith(session)
                                        && number(published.toString()) >= number(outcome.result()))
                        ? null
                        : "it is not published";
            }
            default -> null;
        };
    }
}
