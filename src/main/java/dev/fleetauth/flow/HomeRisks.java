package dev.fleetauth.flow;

import dev.fleetauth.host.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reasons why a home may be copied or restored, such as synchronization and version control: a refresh token in a copy
 * could be spent twice. {@link PrivateFiles#warnOfNetwork} reports network file systems.
 */
public final class HomeRisks {

    /** The names of synchronized directories, in lower case; an account may follow, as in {@code Dropbox (Family)}. */
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

    /** Files and directories that programs create in the directories that they synchronize. */
    private static final List<String> MARKERS =
            List.of(".stfolder", ".dropbox.cache", ".nextcloudsync.log", ".owncloudsync.log");

    private HomeRisks() {}

    /** The risks of a home's location, one clause each; empty if there are none. */
    public static List<String> of(Path home) {
        List<String> risks = new ArrayList<>();
        for (Path folder = real(home); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git"))) {
                risks.add(home + " is in the Git work tree " + folder
                        + ": a token that is committed and checked out again may be spent twice");
            }
            if (isSynchronized(folder)) {
                risks.add(home + " is in " + folder
                        + ", which is synchronized: another machine or an older copy may spend a token twice");
            }
        }
        return risks;
    }

    /** The real path of a directory; if it does not exist yet, the one that it would have. */
    private static Path real(Path home) {
        Path absolute = home.toAbsolutePath();
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            } catch (IOException e) {
                // Its parent may exist.
            }
        }
        return absolute;
    }

    private static boolean isSynchronized(Path folder) {
        Path name = folder.getFileName();
        String lower = name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
        return SYNCHRONIZED.stream().anyMatch(known -> isNamed(lower, known))
                || MARKERS.stream().anyMatch(marker -> Files.exists(folder.resolve(marker)));
    }

    private static boolean isNamed(String name, String known) {
        return name.equals(known) || name.startsWith(known + " ");
    }
}
