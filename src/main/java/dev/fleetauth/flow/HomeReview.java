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

    /** The risks, one clause each; empty if there are none, or if the tokens are in a database. */
    public static List<String> of(Engine engine) {
        if (engine.store() instanceof PostgresStore) {
            return List.of();
        }
        Path profiles = Path.of(engine.store().location(ProfileName.DEFAULT))
                .toAbsolutePath()
                .getParent();
        List<String> risks = new ArrayList<>(profiles == null ? List.of() : HomeRisks.of(profiles));
        DefaultHome places = engine.environment().defaultHome();
        if (places.hasUnusedStore() && places.current().equals(Optional.of(engine.home()))) {
            risks.add("there is another store in " + places.former().orElseThrow()
                    + ", which is not used: remove it if it is an old copy, since its tokens may already be spent");
        }
        return risks;
    }
}
