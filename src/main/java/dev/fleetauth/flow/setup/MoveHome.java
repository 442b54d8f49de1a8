package dev.fleetauth.flow.setup;

import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.ProviderCache;
import dev.fleetauth.host.DefaultHome;
import dev.fleetauth.host.file.Disk;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Moves the home of earlier versions, which is in the settings directory, to the state directory. */
public final class MoveHome {

    private final Engine engine;
    private final DefaultHome places;

    public MoveHome(Engine engine) {
        this.engine = engine;
        this.places = engine.environment().defaultHome();
    }

    /** Where the home can be moved to; empty if nothing remains to move, or if the user chose another home. */
    public Optional<Path> target() {
        boolean isFormer = places.isFormerInUse() && places.former().equals(Optional.of(engine.home()));
        return places.current().filter(unused -> isFormer || hasRemains());
    }

    /** Whether an interrupted move has left files in the old directory. */
    public boolean hasRemains() {
        return places.current().equals(Optional.of(engine.home()))
                && places.former().filter(DirectoryMove::isUnfinished).isPresent();
    }

    /** Moves the home, and reports the result to the user. */
    public void run() {
        Optional<Path> target = target();
        if (target.isEmpty()) {
            engine.notice(
                    "The home " + engine.home() + " was not moved: it is not the default home of earlier versions.");
            return;
        }
        Path home = target.get();
        Path old = places.former().orElseThrow();
        boolean isLinked = new DirectoryMove(engine.environment(), old, home, new Disk()).run();
        moveCache(home);
        engine.notice("The home is now " + home + "."
                + (isLinked ? " A link at " + old + " points to it; remove the link when no program uses it." : ""));
    }

    /** Moves the cache to the cache directory or, if that fails, deletes it: its content can be fetched again. */
    private void moveCache(Path home) {
        Path from = ProviderCache.in(home);
        Path to = ProviderCache.of(engine.environment(), home);
        if (from.equals(to) || !Files.isDirectory(from)) {
            return;
        }
        try {
            var disk = new Disk();
            disk.makeDirectory(places.cache(home));
            try {
                disk.move(from, to);
            } catch (IOException e) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
                    for (Path file : files) {
                        disk.delete(file);
                    }
                }
                disk.delete(from);
            }
        } catch (IOException e) {
            // A cache that remains in the home does no harm.
        }
    }
}
