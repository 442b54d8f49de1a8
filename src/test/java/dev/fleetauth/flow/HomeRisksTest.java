package dev.fleetauth.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories in which a home may be replaced with an older copy. */
@Tag("any-jdk")
class HomeRisksTest {

    @TempDir
    Path folder;

    @Test
    void anOrdinaryDirectoryIsNoRisk() {
        assertThat(HomeRisks.of(folder.resolve("state/fleetauth"))).isEmpty();
        assertThat(HomeRisks.of(folder.resolve("dropboxes/fleetauth"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Dropbox",
                "Dropbox (Family)",
                "OneDrive",
                "OneDrive - Firm",
                "iCloud Drive",
                "iCloudDrive",
                "Library/Mobile Documents/com~apple~CloudDocs",
                "Library/CloudStorage/GoogleDrive-sam@example.com",
                "Google Drive/My Drive",
                "Nextcloud"
            })
    void aSynchronizedDirectoryIsARisk(String name) {
        assertThat(HomeRisks.of(folder.resolve(name).resolve("x/fleetauth"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {".git", ".stfolder"})
    void aMarkerDirectoryIsARisk(String marker) throws IOException {
        Files.createDirectory(folder.resolve(marker));
        assertThat(HomeRisks.of(folder.resolve("state/fleetauth"))).hasSize(1);
    }

    /** A linked work tree has a file in place of the directory. */
    @Test
    void aGitFileIsARisk() throws IOException {
        Files.writeString(folder.resolve(".git"), "gitdir: /elsewhere\n");
        assertThat(HomeRisks.of(folder)).hasSize(1);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkIsFollowed() throws IOException {
        Path repository =
                Files.createDirectories(folder.resolve("dotfiles/.git")).getParent();
        Path link = Files.createSymbolicLink(folder.resolve("state"), repository);
        assertThat(HomeRisks.of(link.resolve("fleetauth/profiles"))).hasSize(1);
    }
}
