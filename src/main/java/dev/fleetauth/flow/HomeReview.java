package dev.fleetauth.flow;

import dev.fleetauth.host.DefaultHome;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.store.postgres.PostgresStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a user should know of the place in which the tokens are kept. */
public final class HomeReview {

    private HomeReview() {}

    /** What is to be known, a clause each; none where all is well, or a database has the tokens. */
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
                    + ", which is not used: an old copy, whose tokens may be spent, is best removed");
        }
        return risks;
    }
}
