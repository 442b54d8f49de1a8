package dev.fleetauth.flow;

import dev.fleetauth.host.DefaultHome;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.postgres.PostgresStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds risks to the tokens in a home, such as synchronization with another machine. */
public final class HomeReview {

    private HomeReview() {}

    /** A note for each risk; empty if there are none, or if the tokens are in a database. */
    public static List<Finding> of(Engine engine) {
        if (engine.store() instanceof PostgresStore) {
            return List.of();
        }
        Path profiles = Path.of(engine.store().location(ProfileName.DEFAULT))
                .toAbsolutePath()
                .getParent();
        List<Finding> risks = new ArrayList<>();
        if (profiles != null) {
            HomeRisks.of(profiles)
                    .forEach(risk ->
                            risks.add(Finding.note("home", risk, "choose another home with --home or FLEETAUTH_HOME")));
        }
        DefaultHome places = engine.environment().defaultHome();
        if (places.hasUnusedStore() && places.current().equals(Optional.of(engine.home()))) {
            risks.add(Finding.note(
                    "home",
                    "there is another store in " + places.former().orElseThrow() + ", which is not used",
                    "remove it if it is an old copy, since its tokens may already be spent"));
        }
        return risks;
    }
}
