package dev.fleetauth.schedule;

import static dev.fleetauth.schedule.Machine.NAME;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.login.ClientChoice;
import dev.fleetauth.flow.login.GrantChoice;
import dev.fleetauth.flow.login.Login;
import dev.fleetauth.flow.login.LoginRequest;
import dev.fleetauth.flow.refresh.Refresh;
import dev.fleetauth.flow.revoke.Logout;
import dev.fleetauth.flow.revoke.Revoke;
import dev.fleetauth.flow.transfer.Export;
import dev.fleetauth.flow.transfer.Publishing;
import dev.fleetauth.flow.transfer.StoreMove;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command: the flow that the command line runs, on the store of a machine. */
enum Operation {
    REFRESH(machine -> token(new Refresh(machine.engine()).refresh(NAME, false))),
    TOKEN(machine -> token(new Refresh(machine.engine()).token(NAME, null, true))),
    TAKE_OVER(machine -> token(new Refresh(machine.engine()).refresh(NAME, true))),
    LOGIN(Operation::login),
    LOGOUT(machine -> {
        new Logout(machine.engine()).run(NAME);
        return "";
    }),
    REMOVE(machine -> {
        new Logout(machine.engine()).forget(NAME);
        return "";
    }),
    REVOKE(machine -> new Revoke(machine.engine()).run(NAME, false).server().name()),
    EXPORT(machine ->
            token(new Export(machine.engine(), machine.exportKey()).move(NAME).profile())),
    MOVE(machine -> {
        Engine other = machine.otherEngine();
        new StoreMove(machine.engine(), other).move(NAME, false);
        return "";
    }),
    ROTATE(machine -> {
        machine.engine().store().keyChanges().rotate((done, all) -> {});
        return "";
    }),
    PUBLISH(machine -> token(Publishing.refresh(machine.engine(), NAME, machine.exportKey(), machine::publish))),
    /** Describes the profile, after kept responses have been restored. */
    LOOK(machine ->
            machine.engine().store().read(NAME).map(Operation::described).orElse("nothing")),
    /** The same in the other store. */
    LOOK_THERE(machine ->
            machine.otherEngine().store().read(NAME).map(Operation::described).orElse("nothing"));

    @SuppressWarnings("ImmutableEnumChecker") // It has no state.
    private final Function<Machine, String> command;

    Operation(Function<Machine, String> command) {
        this.command = command;
    }

    String run(Machine machine) {
        return command.apply(machine);
    }

    private static String login(Machine machine) {
        return token(new Login(machine.engine(), unused -> {})
                .run(new LoginRequest(
                        NAME,
                        machine.provider(),
                        ClientChoice.of("client", new Secret("its secret")),
                        GrantChoice.ofScope(Setting.SCOPE),
                        LoginRequest.Way.PASTE,
                        LoginRequest.Consent.DEFAULT,
                        Duration.ofMinutes(1),
                        true,
                        Set.of())));
    }

    /** The access token, which has the same text as its refresh token; empty if there is none. */
    static String token(Profile profile) {
        Session session = profile.candidate() == null
                ? profile.session()
                : profile.candidate().session();
        return session.tokens() == null ? "" : session.tokens().accessToken().reveal();
    }

    private static String described(Profile profile) {
        return token(profile)
                + (profile.session().moved() == null ? "" : " moved")
                + (profile.isPublishPending() ? " pending" : "");
    }

    /** Whether the outcome of a look describes a profile with this mark, such as {@code moved}. */
    static boolean has(@Nullable Outcome look, String mark) {
        return look != null && look.result().endsWith(" " + mark);
    }
}
