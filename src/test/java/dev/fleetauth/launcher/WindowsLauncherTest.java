package dev.fleetauth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The Windows launchers, run by Wine if it is installed. {@code java.exe} is a script that records its arguments. */
@EnabledOnOs(OS.LINUX)
@Tag("any-jdk")
class WindowsLauncherTest {

    private static final String ATTACK = "x\" & echo attacked >Z:%s & rem \"UEJFUz\n";

    /** Wine's own files, which take a while to make. */
    @TempDir
    static Path prefix;

    @TempDir
    Path folder;

    private Path program;
    private Path work;
    private Path attacked;
    private Path jdk;

    @BeforeAll
    static void requireWine() {
        Assumptions.assumeTrue(isInstalled(), "needs wine");
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "wine")));
    }

    /** Stops Wine, and removes its links: JUnit warns of links that lead out of the directory that it deletes. */
    @AfterAll
    static void endWine() throws Exception {
        if (!isInstalled()) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder("wineserver", "-k").redirectErrorStream(true);
        builder.environment().put("WINEPREFIX", prefix.toString());
        Process server = builder.start();
        server.getInputStream().readAllBytes();
        server.waitFor();
        try (Stream<Path> all = Files.walk(prefix)) {
            for (Path path : all.filter(Files::isSymbolicLink).toList()) {
                Files.delete(path);
            }
        }
    }

    @BeforeEach
    void layOut() throws IOException {
        program = Files.createDirectories(folder.resolve("fleet auth"));
        attacked = folder.resolve("attacked");
        jdk = folder.resolve("jdk");
        script(folder.resolve("jdk/bin/java.exe"), """
                #!/bin/sh
                printf '<%%s>' "$@" >'%1$s/arguments'
                env >'%1$s/noted'
                mv '%1$s/noted' '%1$s/variables'
                """.formatted(folder));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"21.0.1\"\n");
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(
                home.resolve("keys.jwe"), ATTACK.formatted(attacked.toString().replace('/', '\\')));
        // If cmd searched the current directory, it would run these instead of the system's.
        work = Files.createDirectories(folder.resolve("work"));
        for (String name : List.of("xcopy.exe", "findstr.exe")) {
            script(work.resolve(name), "#!/bin/sh\ntouch '" + attacked + "'\n");
        }
    }

    @Test
    void aBuiltProgramIsRun() throws Exception {
        copy("fleetauth.cmd", program.resolve("fleetauth.cmd"));
        Files.createDirectories(program.resolve("src/main"));
        Files.createDirectories(program.resolve("target/built/main"));
        Files.writeString(program.resolve("target/fleetauth.jar"), "");
        Files.copy(Files.writeString(program.resolve("pom.xml"), ""), program.resolve("target/built/pom.xml"));

        run(program.resolve("fleetauth.cmd"));

        assertRun("<dev.fleetauth.Main><token><a b><c!d>");
    }

    @Test
    void theInstalledProgramIsRun() throws Exception {
        String launcher = Files.readString(Path.of("src/build/image/launcher.cmd"));
        Path image = folder.resolve("image");
        Path command = Files.createDirectories(image.resolve("bin")).resolve("fleetauth.cmd");
        Files.writeString(command, launcher.replace("@OPTIONS@", "-XX:+UseSerialGC"));
        Files.createSymbolicLink(
                Files.createDirectory(image.resolve("lib")).resolve("fleetauth"), folder.resolve("jdk"));

        run(command);

        assertRun("<dev.fleetauth/dev.fleetauth.Main><token><a b><c!d>");
    }

    @Test
    void theBuildGetsNoSecretAndShowsProgress() throws Exception {
        copy("fleetauth.cmd", program.resolve("fleetauth.cmd"));
        Files.writeString(folder.resolve("jdk/bin/javac.exe"), "");
        Files.writeString(program.resolve("pom.xml"), "");
        Files.createDirectories(program.resolve("src/main"));
        copy(
                "src/build/launcher/progress.cmd",
                Files.createDirectories(program.resolve("src/build/launcher")).resolve("progress.cmd"));
        Path built = folder.resolve("build-variables");
        Files.writeString(
                program.resolve("mvnw.cmd"),
                "@echo off\r\nset >" + windows(built) + "\r\nping -n 8 127.0.0.1 >nul\r\nmkdir target\\quick\\lib\r\n"
                        + "echo x >target\\quick\\lib\\a.jar\r\necho x >target\\quick\\fleetauth.jar\r\nexit /b 0\r\n");

        run(program.resolve("fleetauth.cmd"));

        assertThat(Files.readString(built)).contains("JAVA_HOME=").doesNotContain("a passphrase");
        assertThat(Files.readString(folder.resolve("out"))).contains("still building, after 5 s");
        assertThat(program.resolve("target/building")).doesNotExist();
        assertRun("<dev.fleetauth.Main><token><a b><c!d>");
    }

    /** A message names a directory such as R&D; cmd must not run what follows the ampersand. */
    @Test
    void aPathIsNotRunAsACommand() throws Exception {
        copy("fleetauth.cmd", program.resolve("fleetauth.cmd"));
        jdk = Files.createDirectory(folder.resolve("R&D")).resolve("jdk");
        script(jdk.resolve("bin/java.exe"), "#!/bin/sh\n");
        script(work.resolve("D/jdk/bin/java.exe"), "#!/bin/sh\ntouch '" + attacked + "'\n");

        run(program.resolve("fleetauth.cmd"));

        assertThat(Files.readString(folder.resolve("out")))
                .contains("without a compiler at " + windows(jdk) + "\\bin\\java.exe");
        assertThat(attacked).doesNotExist();
    }

    /** Asserts that the program got the arguments and all variables, with those that affect a JVM under other names. */
    private void assertRun(String end) throws Exception {
        // Wine does not wait for a program that is not a Windows program.
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        while (!Files.exists(folder.resolve("variables")) && !deadline.hasPassed()) {
            Thread.sleep(20);
        }
        assertThat(attacked).doesNotExist();
        assertThat(Files.readString(folder.resolve("arguments"))).endsWith(end);
        List<String> variables = Files.readAllLines(folder.resolve("variables"));
        assertThat(variables)
                .contains(
                        "FLEETAUTH_KEPT_JAVA_TOOL_OPTIONS=.-Dx=\"a & b\"",
                        "FLEETAUTH_KEPT_CLASSPATH=.C:\\a=b",
                        "FLEETAUTH_PASSPHRASE=a passphrase",
                        "version=theirs")
                .noneMatch(variable -> variable.startsWith("JAVA_TOOL_OPTIONS=") || variable.startsWith("CLASSPATH="));
    }

    private void run(Path launcher) throws Exception {
        Path line = folder.resolve("line.bat");
        Files.writeString(line, "@echo off\r\ncall \"" + windows(launcher) + "\" token \"a b\" c!d\r\n");
        Map<String, String> variables = new HashMap<>(Map.of(
                "WINEPREFIX",
                prefix.toString(),
                "WINEDEBUG",
                "-all",
                "DISPLAY",
                "",
                "JAVA_HOME",
                windows(jdk),
                "JAVA_TOOL_OPTIONS",
                "-Dx=\"a & b\"",
                "CLASSPATH",
                "C:\\a=b",
                "FLEETAUTH_HOME",
                windows(folder.resolve("home"))));
        variables.put("FLEETAUTH_PASSPHRASE", "a passphrase");
        variables.put("version", "theirs");
        Path out = folder.resolve("out");
        List<String> command = new ArrayList<>(List.of("wine", "cmd", "/c", windows(line)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile());
        builder.environment().putAll(variables);
        Process process = builder.start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as(Files.readString(out)).isTrue();
    }

    private static void copy(String from, Path to) throws IOException {
        Files.copy(Path.of(from), to);
    }

    private static String windows(Path path) {
        return "Z:" + path.toString().replace('/', '\\');
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
