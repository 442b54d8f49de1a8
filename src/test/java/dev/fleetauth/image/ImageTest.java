package dev.fleetauth.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive that {@code -Pdist} builds, unpacked, copied and moved. Its caches must be used in every location. Runs
 * only in that profile.
 */
@Tag("image")
@DisabledOnOs(OS.WINDOWS)
class ImageTest {

    private static final long MAX_ARCHIVE_BYTES = 44L << 20;

    @TempDir
    Path temporary;

    private Path archive;
    private Path image;

    @BeforeEach
    void unpack() throws Exception {
        try (Stream<Path> files = Files.list(target())) {
            archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
        // -m: sets the modification times to now, as unpacking a zip may do.
        run("tar", "-xzmf", archive.toString(), "-C", temporary.toString());
        image = temporary.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    }

    @Test
    void runsFromAnArchive() throws Exception {
        assertThat(run(launcher(image), "--version")).startsWith("fleetauth ");
        assertThat(run(launcher(image), "--help")).contains("Usage: fleetauth COMMAND");
        assertThat(run(launcher(image), "token", "--help")).startsWith("Usage: fleetauth token [OPTIONS]");
        assertThat(image.resolve("share/man/man1/fleetauth-token.1")).content().startsWith(".TH FLEETAUTH-TOKEN 1");
        assertThat(image.resolve("share/zsh/site-functions/_fleetauth"))
                .content()
                .startsWith("#compdef fleetauth");
        assertThat(image.resolve("lib/fleetauth/legal/fleetauth/LICENSE")).isRegularFile();
        assertThat(image.resolve("lib/fleetauth/legal/fleetauth/THIRD-PARTY.txt"))
                .content()
                .contains("picocli", "okhttp");
    }

    @Test
    void onlyTheProgramIsOnThePath() throws Exception {
        try (Stream<Path> files = Files.list(image.resolve("bin"))) {
            assertThat(files).containsExactly(image.resolve("bin/fleetauth"));
        }
        try (Stream<Path> files = Files.list(image)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("bin", "lib", "share");
        }
        assertThat(image.resolve("share/doc/fleetauth/README.md")).hasSameTextualContentAs(Pages.README);
        assertThat(image.resolve("share/doc/fleetauth/docs/troubleshooting.md")).isNotEmptyFile();
    }

    /** Nothing in the archive depends on the user, the umask or the time of the build. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theArchiveHasNoOwnerAndAFixedTime() throws Exception {
        assertThat(Files.size(archive)).isLessThanOrEqualTo(MAX_ARCHIVE_BYTES);
        String root = image.getFileName() + "/";
        List<String> programs = new ArrayList<>();
        for (String line : run("tar", "--numeric-owner", "--full-time", "--utc", "-tvzf", archive.toString())
                .lines()
                .toList()) {
            String[] words = line.split(" +", 6);
            assertThat(words).as(line).contains("0/0", Index.atIndex(1)).contains("2026-01-01", Index.atIndex(3));
            assertThat(words[4]).as(line).isEqualTo("00:00:00");
            assertThat(words[0]).as(line).isIn("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x");
            if (words[0].equals("-rwxr-xr-x")) {
                programs.add(words[5].substring(root.length()));
            }
        }
        assertThat(programs)
                .contains("bin/fleetauth", "lib/fleetauth/bin/java", "lib/fleetauth/lib/jspawnhelper")
                .allMatch(program ->
                        program.matches("bin/fleetauth|lib/fleetauth/(?:bin/\\w+|lib/(?:jexec|jspawnhelper))"));
    }

    /** A jar with the name of a published one is identical to it; every other is in the SBOM, with its changes. */
    @Test
    void theSbomDescribesModifiedJars() throws Exception {
        Map<String, String> published = new HashMap<>();
        for (String line : Files.readAllLines(target().resolveSibling(".mvn/checksums/checksums.sha256"))) {
            String[] words = line.split(" +", 2);
            published.put(words[1].replaceFirst(".*/", ""), words[0]);
        }
        List<String> changed = new ArrayList<>();
        try (Stream<Path> jars = Files.list(target().resolve("lib"))) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString();
                if (!published.containsKey(name)) {
                    changed.add(name);
                } else {
                    assertThat(sha256(jar)).as(name).isEqualTo(published.get(name));
                }
            }
        }
        assertThat(changed).allMatch(name -> name.startsWith("fleetauth-"));

        JsonNode sbom = new ObjectMapper().readTree(target().resolve("bom.json").toFile());
        Map<String, String> described = new HashMap<>();
        for (JsonNode component : sbom.path("components")) {
            if (component.has("pedigree")) {
                String name = component.path("properties").get(0).path("value").asText();
                described.put(name, component.path("name").asText());
                assertThat(component.path("modified").asBoolean()).isTrue();
                assertThat(component.path("hashes").get(0).path("content").asText())
                        .isEqualTo(sha256(target().resolve("lib").resolve(name)));
                JsonNode original = component.path("pedigree").path("ancestors").get(0);
                assertThat(original.path("purl")).isEqualTo(component.path("purl"));
                assertThat(original.path("hashes").findValuesAsText("content"))
                        .contains(published.get(original.path("name").asText() + "-"
                                + original.path("version").asText() + ".jar"));
                assertThat(component.path("pedigree").path("notes").asText()).isNotEmpty();
            }
        }
        assertThat(described.keySet()).containsExactlyInAnyOrderElementsOf(changed);
        assertThat(described.values()).containsExactlyInAnyOrder("bcprov-jdk18on", "picocli");
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    /** Runs the README's commands with the name of this archive. */
    @Test
    void isUnpackedAsTheReadmeSays() throws Exception {
        String name = image.getFileName().toString();
        Path work = Files.createDirectory(temporary.resolve("work"));
        Files.copy(target().resolve(name + ".tar.gz"), work.resolve(name + ".tar.gz"));
        String commands = Pages.commands(Pages.README, "Install").get(0);
        assertThat(commands).contains("fleetauth-VERSION-linux-x64");

        run(
                "sh",
                "-euc",
                "HOME=$1; cd \"$2\"; " + commands.replace("fleetauth-VERSION-linux-x64", name),
                "sh",
                temporary.toString(),
                work.toString());

        assertThat(run(temporary.resolve(".local/bin/fleetauth").toString(), "--version"))
                .startsWith("fleetauth ");
        String inPrefix = "HOME=$1; unset XDG_DATA_HOME MANPATH; PATH=$HOME/.local/bin:$PATH; ";
        assertThat(run("sh", "-euc", inPrefix + "man -w fleetauth; man -w fleetauth-token", "sh", temporary.toString()))
                .contains("share/man/man1/fleetauth.1", "share/man/man1/fleetauth-token.1");
        assertThat(run("bash", "-euc", inPrefix + """
                        set +eu
                        . /usr/share/bash-completion/bash_completion
                        _completion_loader fleetauth || __load_completion fleetauth
                        COMP_WORDS=(fleetauth to) COMP_CWORD=1
                        _fleetauth fleetauth to
                        echo "${COMPREPLY[@]}"
                        """, "bash", temporary.toString()))
                .isEqualTo("token\n");
        assertThat(run(
                        "sh",
                        "-euc",
                        inPrefix + "export HOME PATH; fish -c \"complete -C 'fleetauth to'\"",
                        "sh",
                        temporary.toString()))
                .startsWith("token\t");
        assertThat(run("zsh", "-fc", inPrefix + """
                        fpath=(~/.local/share/zsh/site-functions $fpath)
                        autoload -U compinit && compinit -D
                        print ${_comps[fleetauth]}
                        """, "zsh", temporary.toString()))
                .isEqualTo("_fleetauth\n");
    }

    /** Every step of the demo, with the modules of this runtime. */
    @Test
    void runsTheDemo() throws Exception {
        assertThat(run(launcher(image), "demo")).endsWith("All steps succeeded. Next: 'fleetauth login --help'.\n");
    }

    @Test
    void cachesAreUsedInEveryLocation() throws Exception {
        checkCaches(image);

        Path copy = temporary.resolve("a copy");
        run("cp", "-R", image.toString(), copy.toString());
        checkCaches(copy);

        try (Stream<Path> all = Files.walk(copy)) {
            for (Path path : all.toList()) {
                Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2021-02-03T04:05:06Z")));
            }
        }
        checkCaches(copy);

        Path moved = Files.move(copy, temporary.resolve("moved"));
        checkCaches(moved);

        Path link = Files.createSymbolicLink(temporary.resolve("link"), moved.resolve("bin/fleetauth"));
        assertThat(run(link.toString(), "--version")).startsWith("fleetauth ");
        assertThat(run(link.toString(), "status", "--help")).startsWith("Usage: fleetauth status ");
    }

    @Test
    void reportsADirectoryInWhichJavaCannotRun() throws Exception {
        Path colon = Files.move(image, temporary.resolve("a:b"));

        Process process = new ProcessBuilder(launcher(colon), "--version").start();
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
                .startsWith("fleetauth: error: Java cannot run in a directory with a colon in its name: ")
                .contains("\nhint: ");
    }

    /** With {@code -Xshare:on}, a JVM exits if it cannot use its cache. The program's classes must come from there. */
    private void checkCaches(Path where) throws Exception {
        checkCaches(where, "--version");
        checkCaches(where, "status", "--help");
    }

    private void checkCaches(Path where, String... command) throws Exception {
        Path runtime = where.resolve("lib/fleetauth");
        String archives = runtime.resolve("lib/quick.aot") + ":" + runtime.resolve("lib/all.jsa");
        List<String> line = new ArrayList<>(List.of(
                runtime.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:on",
                "-XX:SharedArchiveFile=" + archives,
                "-Xlog:class+load",
                "-m",
                "dev.fleetauth/dev.fleetauth.Main"));
        line.addAll(List.of(command));
        // A class that is generated at run time, such as a lambda's, has an address after its name.
        assertThat(run(line.toArray(String[]::new)).lines())
                .filteredOn(said -> said.contains("] dev.fleetauth.") && !said.contains("/0x"))
                .hasSizeGreaterThan(5)
                .allMatch(said -> said.contains("source: shared objects file"));
    }

    private static Path target() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
    }

    private static String launcher(Path image) {
        return image.resolve("bin/fleetauth").toString();
    }

    /** The standard output of a command, which must succeed and print nothing to standard error. */
    private String run(String... command) throws IOException, InterruptedException {
        Path err = temporary.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("FLEETAUTH_"));
        builder.environment().put("FLEETAUTH_HOME", temporary.resolve("home").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(Files.readString(err)).isZero();
        assertThat(err).isEmptyFile();
        return out;
    }
}
