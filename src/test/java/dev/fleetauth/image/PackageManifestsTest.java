package dev.fleetauth.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Package managers' manifests name each archive with its own checksum; the copyright file names every library. */
@DisabledOnOs(OS.WINDOWS)
@Tag("any-jdk")
class PackageManifestsTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", ""));

    private static final List<String> ARCHIVES = List.of(
            "fleetauth-1.2.3-linux-arm64.tar.gz",
            "fleetauth-1.2.3-linux-x64.tar.gz",
            "fleetauth-1.2.3-macos-arm64.tar.gz",
            "fleetauth-1.2.3-macos-x64.tar.gz",
            "fleetauth-1.2.3-windows-x64.zip");

    private static final String RELEASE = "https://github.com/someone/fleetauth/releases/download/v1.2.3/";

    @TempDir
    Path folder;

    private Path sums;
    private Path out;

    @BeforeEach
    void writeChecksums() throws IOException {
        out = folder.resolve("out");
        sums = Files.writeString(
                folder.resolve("SHA256SUMS"),
                ARCHIVES.stream()
                        .map(archive -> checksum(archive) + "  " + archive + "\n")
                        .collect(Collectors.joining()));
    }

    @Test
    void homebrewHasTheArchivesOfMacosAndLinux() throws Exception {
        assertThat(manifests()).isZero();

        String formula = Files.readString(out.resolve("homebrew/fleetauth.rb"));
        Matcher matcher = Pattern.compile("url \"(.+)\"\\s+sha256 \"(.+)\"").matcher(formula);
        Set<String> archives = new HashSet<>();
        while (matcher.find()) {
            String archive = matcher.group(1).replace(RELEASE, "");
            assertThat(matcher.group(2)).as(archive).isEqualTo(checksum(archive));
            archives.add(archive);
        }
        assertThat(archives).containsExactlyInAnyOrderElementsOf(ARCHIVES.subList(0, 4));
        assertThat(formula).contains("version \"1.2.3\"").doesNotContain("@");
    }

    @Test
    void scoopHasTheArchiveOfWindows() throws Exception {
        assertThat(manifests()).isZero();

        JsonNode manifest =
                new JsonMapper().readTree(out.resolve("scoop/fleetauth.json").toFile());
        JsonNode archive = manifest.at("/architecture/64bit");
        assertThat(manifest.path("version").textValue()).isEqualTo("1.2.3");
        assertThat(archive.path("url").textValue()).isEqualTo(RELEASE + ARCHIVES.get(4));
        assertThat(archive.path("hash").textValue()).isEqualTo(checksum(ARCHIVES.get(4)));
        assertThat(ARCHIVES.get(4)).startsWith(archive.path("extract_dir").textValue());
        assertThat(manifest.at("/autoupdate/architecture/64bit/url").textValue().replace("$version", "1.2.3"))
                .isEqualTo(RELEASE + ARCHIVES.get(4));
    }

    @Test
    void wingetHasTheArchiveOfWindows() throws Exception {
        assertThat(manifests()).isZero();

        YAMLMapper yaml = new YAMLMapper();
        for (String name :
                List.of("someone.fleetauth", "someone.fleetauth.installer", "someone.fleetauth.locale.en-US")) {
            JsonNode manifest =
                    yaml.readTree(out.resolve("winget").resolve(name + ".yaml").toFile());
            assertThat(manifest.path("PackageIdentifier").textValue()).isEqualTo("someone.fleetauth");
            assertThat(manifest.path("PackageVersion").textValue()).isEqualTo("1.2.3");
            assertThat(manifest.path("ManifestVersion").textValue()).isEqualTo("1.9.0");
        }
        JsonNode installer = yaml.readTree(
                        out.resolve("winget/someone.fleetauth.installer.yaml").toFile())
                .at("/Installers/0");
        assertThat(installer.path("InstallerUrl").textValue()).isEqualTo(RELEASE + ARCHIVES.get(4));
        assertThat(installer.path("InstallerSha256").textValue()).isEqualTo(checksum(ARCHIVES.get(4)));
    }

    @Test
    void anArchiveWithoutAChecksumIsAnError() throws Exception {
        Files.writeString(sums, Files.readString(sums).replaceFirst(".*macos-x64.*\n", ""));

        assertThat(manifests()).isEqualTo(1);
    }

    @Test
    void theCopyrightFileNamesEveryLibrary() throws IOException {
        List<String> libraries = Pattern.compile("(?m)^\\| `([^`]+)` \\| (?:Apache|BSD|MIT)")
                .matcher(Files.readString(ROOT.resolve("docs/dev/dependencies.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(libraries).hasSizeGreaterThan(20);
        Set<String> named = Pattern.compile("(?m)^Comment: (.*)$")
                .matcher(Files.readString(ROOT.resolve("src/dist/debian/copyright")))
                .results()
                .flatMap(match -> Pattern.compile("[,;] ?").splitAsStream(match.group(1)))
                .collect(Collectors.toSet());
        assertThat(named).containsAll(libraries);
    }

    /** Runs the script and returns its exit code. */
    private int manifests() throws IOException, InterruptedException {
        return new ProcessBuilder(
                        ROOT.resolve("src/build/package-manifests")
                                .toAbsolutePath()
                                .toString(),
                        "1.2.3",
                        "someone/fleetauth",
                        sums.toString(),
                        out.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start()
                .waitFor();
    }

    /** Stands in for the SHA-256 of an archive of this name. */
    private static String checksum(String archive) {
        return "%064x".formatted(archive.hashCode());
    }
}
