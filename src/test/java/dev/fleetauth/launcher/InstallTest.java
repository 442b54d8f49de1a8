package dev.fleetauth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.TestShell.Result;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installs and starts the program with the README's commands. Two commands are not executed to the end: the one that
 * runs this test, and the one in {@code docs/dev/performance.md} that measures for minutes.
 */
@EnabledOnOs(OS.LINUX)
@Tag("host-program")
public class InstallTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", ""));

    /** Enough for a command that builds, trains the caches and logs in. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** The directory that the README's {@code git clone URL} clones. */
    private static final String REPOSITORY = "URL";

    /** The libraries on the tests' class path that are also on the program's. */
    private static final Pattern LIBRARY = Pattern.compile(
            "/(accessors-smart|annotations|asm|content-type|jackson-(annotations|core|databind)-2|jcip-annotations"
                    + "|json-smart|jspecify|kotlin-stdlib|lang-tag|nimbus-jose-jwt|oauth2-oidc-sdk|okhttp-jvm|okio-jvm|picocli"
                    + "|postgresql)[^/]*\\.jar$");

    private static final int LIBRARIES = 18;

    private static final String LAST_LINE = "All steps succeeded. Next: 'fleetauth login --help'.\n";

    @TempDir
    private Path folder;

    private Map<String, String> variables;
    private Path work;
    private List<String> commands;

    @BeforeEach
    void createEmptyHome() throws IOException {
        for (String program : List.of("bash", "git", "tar")) {
            Programs.require(program);
        }
        Path home = Files.createDirectory(folder.resolve("home"));
        work = Files.createDirectory(folder.resolve("work"));
        variables = new HashMap<>(Map.of(
                "HOME",
                home.toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "PATH",
                home.resolve(".local/bin") + ":" + System.getenv("PATH"),
                "GIT_CONFIG_GLOBAL",
                "/dev/null",
                "GIT_CONFIG_NOSYSTEM",
                "1"));
        commands = Pages.commands(Pages.README, "Install");
        assertThat(commands).hasSize(4);
    }

    /** Also runs the commands under Demo, in the same clone. */
    @Test
    void theReadmesCommandsInstallFromAClone() throws Exception {
        createRepository(work.resolve(REPOSITORY));
        assertThat(run(work, commands.get(1)).out()).endsWith(LAST_LINE);

        Path clone = work.resolve("fleetauth");
        for (String demo : Pages.commands(Pages.README, "Demo")) {
            Result second = run(clone, demo);
            assertThat(second.out()).endsWith(LAST_LINE);
            assertThat(second.err()).as("built already").isEmpty();
        }

        run(clone, commands.get(2));
        assertThat(run(folder, "fleetauth --version").out()).startsWith("fleetauth ");
        Result noProfile = result(folder, "fleetauth exec -- true");
        noProfile.exits(3).says("profile 'default' does not exist");
    }

    /** With an archive that starts the classes under test; ImageTest uses the real archive. */
    @Test
    void theReadmesCommandsInstallFromAnArchive() throws Exception {
        String name = "fleetauth-VERSION-linux-x64";
        script(work.resolve(name + "/bin/fleetauth"), "exec " + quoted(Program.commandLine(List.of())) + " \"$@\"");
        run(work, "tar -czf " + name + ".tar.gz " + name + " && rm -r " + name);

        run(work, commands.get(0));

        assertThat(run(folder, "fleetauth --version").out()).startsWith("fleetauth ");
    }

    /** The command is not executed, since it would run this test. */
    @Test
    void ciRunsTheTestsWithTheSameCommand() throws IOException {
        String command = commands.get(3).strip();

        assertThat(ROOT.resolve(command.split(" ", 2)[0])).isExecutable();
        assertThat(Files.readAllLines(ROOT.resolve(".ci/run"))).contains("run " + command);
    }

    /** The script is started, and stops at the first missing program. */
    @Test
    void theBenchmarkReportsMissingPrograms() throws Exception {
        List<String> measured = Pages.commands(Path.of("docs/dev/performance.md"), "");
        assertThat(measured).hasSize(1);
        Path tools = Files.createDirectory(folder.resolve("tools"));
        script(tools.resolve("dirname"), "PATH=/usr/bin:/bin exec dirname \"$@\"");

        Result result = result(ROOT.toAbsolutePath(), "PATH=" + tools + "\n" + measured.get(0));

        result.exits(3).says("gh is missing: apt-get install");
    }

    /**
     * Creates a repository with the launcher and everything that it checks. Instead of Maven, which takes a while and
     * may need downloads, a script packages the classes under test; src/build/reproducible tests the real build.
     */
    private void createRepository(Path repository) throws Exception {
        Files.createDirectories(repository);
        List<String> classPath =
                List.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator, -1));
        List<Path> libraries = classPath.stream()
                .filter(entry -> LIBRARY.matcher(entry).find())
                .map(Path::of)
                .toList();
        assertThat(libraries).hasSize(LIBRARIES);
        List<String> ciphers =
                classPath.stream().filter(entry -> entry.endsWith("/ciphers")).toList();
        assertThat(ciphers).hasSize(1);
        Path manifest = folder.resolve("manifest");
        // A line that begins with a space continues the previous one.
        Files.writeString(
                manifest,
                libraries.stream()
                        .map(library -> " lib/" + library.getFileName() + " \n")
                        .collect(Collectors.joining("", "Class-Path: \n", "")));
        Path jar = folder.resolve("fleetauth.jar");
        int exitCode = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--create",
                        "--file=" + jar,
                        "--manifest=" + manifest,
                        "-C",
                        System.getProperty("fleetauth.classes"),
                        ".",
                        "-C",
                        ciphers.get(0),
                        ".");
        assertThat(exitCode).isZero();

        for (String part : List.of("fleetauth", "pom.xml", ".mvn", "src/build/launcher", "src/main")) {
            copy(ROOT.resolve(part), repository.resolve(part));
        }
        script(
                repository.resolve("mvnw"),
                "mkdir -p target/quick/lib",
                "cp " + quoted(libraries) + " target/quick/lib",
                "cp " + quoted(List.of(jar)) + " target/quick/fleetauth.jar");
        run(
                repository,
                "git init -q && git add . && git -c user.name=someone -c user.email=someone@example.com commit -q -m All");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String quoted(List<?> words) {
        return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private Result run(Path in, String code) {
        return result(in, code).exits(0);
    }

    private Result result(Path in, String code) {
        // A git hook that runs the tests sets variables that name its own repository.
        String start = "unset ${!GIT_@}; cd \"$0\"\n";
        List<String> words = List.of("bash", "-euo", "pipefail", "-c", start + code, in.toString());
        try (Program program = Program.start(folder, variables, words)) {
            return program.result(TIMEOUT);
        }
    }
}
