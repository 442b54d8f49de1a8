package dev.fleetauth.flow;

import dev.fleetauth.host.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What may take a copy of a home to another place, or to another time: a refresh token in a copy is spent twice. Where the
 * file system does, {@link PrivateFiles#warnOfNetwork} tells.
 */
public final class HomeRisks {

    /** What a synchronized directory is called, in lower case; an account may follow, as in {@code Dropbox (Family)}. */
    private static final List<String> SYNCHRONIZED = List.of(
            "dropbox",
            "onedrive",
            "icloud drive",
            "iclouddrive",
            "mobile documents",
            "google drive",
            "googledrive",
            "cloudstorage",
            "nextcloud");

    /** What a program puts into a directory that it synchronizes. */
    private static final List<String> MARKERS =
            List.of(".stfolder", ".dropbox.cache", ".nextcloudsync.log", ".owncloudsync.log");

    private HomeRisks() {}

    /** What is to be known of where a home is, a clause each; none where nothing is. */
    public static List<String> of(Path home) {
        List<String> risks = new ArrayList<>();
        for (Path folder = real(home); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git"))) {
                risks.add(home + " is in the Git work tree " + folder
                        + ": a token that is committed and checked out again is spent twice");
            }
            if (isSynchronized(folder)) {
                risks.add(home + " is in " + folder
                        + ", which is synchronized: another machine or an older copy may spend a token twice");
            }
        }
        return risks;
    }

    /** The directory without links; of one that is not there yet, where it would be. */
    private static Path real(Path home) {
        Path absolute = home.toAbsolutePath();
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            } catch (IOException e) {
                // The one around it may be there.
            }
        }
        return absolute;
    }

    private static boolean isSynchronized(Path folder) {
        Path name = folder.getFileName();
        String lower = name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
        return SYNCHRONIZED.stream().anyMatch(known -> isCalled(lower, known))
                || MARKERS.stream().anyMatch(marker -> Files.exists(folder.resolve(marker)));
    }

    private static boolean isCalled(String name, String known) {
        return name.equals(known) || name.startsWith(known + " ");
    }
}
