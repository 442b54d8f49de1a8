package dev.fleetauth.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.testing.PseudoTerminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real launcher in real processes, in a directory with a space in its name. Its {@code mvnw} only records that it
 * was run, and copies a small program to where Maven would put fleetauth. PATH contains only the few tools that the
 * launcher may use, each of which records its name, and no Java unless a test adds one.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path JAVA_HOME =
            Path.of(System.getProperty("java.home")).normalize();

    /** Prints its arguments, copies its standard input, and exits with the requested code. */
    private static final String PROGRAM = """
            package dev.fleetauth;
            final class Main {
                public static void main(String[] args) throws Exception {
                    if (System.getenv("fleetauth_exec") != null) {
                        java.nio.file.Files.writeString(java.nio.file.Path.of(System.getenv("BEGUN")), "");
                        while (java.nio.file.Files.exists(java.nio.file.Path.of(System.getenv("HOLD")))) Thread.sleep(20);
                        System.out.print("fleetauth exec\\nFLEETAUTH_SECRET\\nFLEETAUTH_DIRECTORY\\n");
                        System.out.print("FLEETAUTH_ACCESS_TOKEN=the-token\\n");
                        System.exit(Integer.parseInt(System.getenv("CODE")));
                    }
                    if (args.length > 0 && args[0].equals("env")) {
                        for (int i = 1; i < args.length; i++) System.out.println(System.getenv(args[i]));
                        return;
                    }
                    if (args.length > 0 && args[0].equals("descriptors")) {
                        StringBuilder found = new StringBuilder();
                        for (int i = 0; i < 3; i++) {
                            var link = java.nio.file.Path.of("/proc/self/fd/" + i);
                            found.append(java.nio.file.Files.readSymbolicLink(link)).append('\\n');
                        }
                        java.nio.file.Files.writeString(java.nio.file.Path.of(args[1]), found);
                    }
                    System.out.println("args " + java.util.Arrays.asList(args));
                    System.in.transferTo(System.out);
                    if (System.out.checkError()) System.exit(9);
                    if (args.length > 0 && args[0].equals("sleep")) Thread.sleep(60_000);
                    System.exit(args.length > 0 && args[0].equals("exit") ? Integer.parseInt(args[1]) : 0);
                }
            }
            """;

    /** Trains the caches; also leaves a trace, and prints to standard output. */
    private static final String CACHE_TRAINING = """
            package dev.fleetauth;
            final class CacheTraining {
                public static void main(String[] args) throws Exception {
                    if (args.length > 0) System.exit(new ProcessBuilder(args).inheritIO().start().waitFor());
                    if (System.getProperty("fleetauth.quick") != null) Main.main(new String[] {"token"});
                    var trace = java.nio.file.Path.of("trainings");
                    java.nio.file.Files.writeString(trace, "x\\n", java.nio.file.StandardOpenOption.CREATE,
                            java.nio.file.StandardOpenOption.APPEND);
                    Main.main(new String[] {"trained"});
                }
            }
            """;

    private static final String MVNW = """
            #!/bin/sh
            echo "$JAVA_HOME" >>builds
            env >>build-env
            cat >>build-input
            echo 'noise on standard output'
            echo 'noise on standard error' >&2
            while [ -e hold ]; do sleep 0.05 9>&-; done
            if [ -e broken ]; then echo 'cannot find symbol'; exit 1; fi
            mkdir -p target/quick/lib
            echo "$$" >target/quick/lib/a-library-1.0.jar
            cp program.jar target/quick/fleetauth.jar
            """;

    private static final List<String> TOOLS = List.of(
            "cat",
            "cksum",
            "cp",
            "env",
            "find",
            "flock",
            "mkdir",
            "mv",
            "perl",
            "readlink",
            "rm",
            "sed",
            "sh",
            "sha256sum",
            "shasum",
            "sleep",
            "tail",
            "touch");

    private static final List<String> LOCKERS = List.of("flock", "perl");

    /** A Java that makes no cache: most tests are about something else, and making one takes a while. */
    private static Path jdk;

    @TempDir
    static Path shared;

    @TempDir
    Path temporary;

    private Path tree;
    private Path tools;

    @BeforeAll
    static void buildPrograms() throws IOException {
        jdk = shared.resolve("jdk");
        script(jdk.resolve("bin/java"), """
                #!/bin/sh
                case "$*" in *AOTCacheOutput* | *ArchiveClassesAtExit*) exit 1 ;; esac
                exec '%s' "$@"
                """.formatted(JAVA_HOME.resolve("bin/java")));
        script(jdk.resolve("bin/javac"), "");
        Files.copy(JAVA_HOME.resolve("release"), jdk.resolve("release"));
        compile("program.jar", PROGRAM);
        compile("trained.jar", PROGRAM, CACHE_TRAINING);
        compile("changed.jar", PROGRAM.replace("args ", "now "), CACHE_TRAINING);
    }

    private static void compile(String jar, String... sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path classes = Files.createDirectories(shared.resolve(jar + "-classes"));
        List<SimpleJavaFileObject> units = new ArrayList<>();
        for (String source : sources) {
            String name = source.contains("class CacheTraining") ? "CacheTraining" : "Main";
            units.add(
                    new SimpleJavaFileObject(
                            URI.create("string:///" + name + ".java"), SimpleJavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    });
        }
        assertThat(compiler.getTask(
                                null,
                                null,
                                null,
                                List.of("-proc:none", "--release", "17", "-d", classes.toString()),
                                null,
                                units)
                        .call())
                .isTrue();
        try (var out = new JarOutputStream(Files.newOutputStream(shared.resolve(jar)));
                Stream<Path> compiled = Files.list(classes.resolve("dev/fleetauth"))) {
            for (Path file : compiled.toList()) {
                out.putNextEntry(new ZipEntry("dev/fleetauth/" + file.getFileName()));
                Files.copy(file, out);
            }
        }
    }

    @BeforeEach
    void layOutTree() throws IOException {
        tree = Files.createDirectories(temporary.resolve("a directory/fleet auth"));
        Path root = Path.of(System.getProperty("basedir", ""));
        script(tree.resolve("fleetauth"), Files.readString(root.resolve("fleetauth")));
        script(tree.resolve("mvnw"), MVNW);
        for (String part : List.of("build.sh", "exec.sh", "start.sh")) {
            String name = "src/build/launcher/" + part;
            write(tree.resolve(name), Files.readString(root.resolve(name)));
        }
        Files.copy(shared.resolve("program.jar"), tree.resolve("program.jar"));
        write(tree.resolve("pom.xml"), "<project/>");
        write(tree.resolve(".mvn/maven.config"), "");
        write(tree.resolve("src/main/java/A.java"), "class A {}");

        tools = Files.createDirectories(temporary.resolve("tools"));
        for (String tool : TOOLS) {
            Optional<Path> real = onPath(tool);
            if (real.isPresent()) {
                script(tools.resolve(tool), """
                        #!/bin/sh
                        echo %s >>'%s'
                        if [ -e '%s' ]; then '%s' >>'%s'; fi
                        exec '%s' "$@"
                        """.formatted(
                                tool,
                                temporary.resolve("tools-used"),
                                temporary.resolve("watched"),
                                onPath("env").orElseThrow(),
                                temporary.resolve("watched"),
                                real.get()));
            }
        }
    }

    /** JUnit warns of links that lead out of the folder it deletes. */
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> all = Files.walk(temporary)) {
            for (Path path : all.filter(Files::isSymbolicLink).toList()) {
                Files.delete(path);
            }
        }
    }

    // Java

    @Test
    void findsJavaByJavaHome() throws Exception {
        assertThat(run(javaHome(jdk), "token", "with a space"))
                .isEqualTo(new Run(0, "args [token, with a space]\n", building()));
    }

    @Test
    void findsJavaOnThePathThroughLinks() throws Exception {
        Path one = Files.createDirectories(temporary.resolve("etc")).resolve("java");
        Path two = Files.createDirectories(temporary.resolve("usr bin")).resolve("java");
        Files.createSymbolicLink(one, JAVA_HOME.resolve("bin/java"));
        Files.createSymbolicLink(two, Path.of("../etc/java"));

        assertThat(run(path(two.getParent()))).isEqualTo(new Run(0, "args []\n", building()));
        assertThat(builds()).containsExactly(JAVA_HOME.toRealPath().toString());
    }

    @Test
    void usesTheJavaOnThePathIfJavaHomeIsTooOld() throws Exception {
        Map<String, String> environment = path(JAVA_HOME.resolve("bin"));
        environment.put("JAVA_HOME", fakeJava("jdk-8", "1.8.0_292").toString());

        assertThat(run(environment).exit()).isZero();
        assertThat(builds()).containsExactly(JAVA_HOME.toString());
    }

    @Test
    void usesTheSecondJavaOnThePathIfTheFirstIsTooOld() throws Exception {
        Path old = fakeJava("jdk-11", "11.0.2").resolve("bin");

        assertThat(run(path(old, JAVA_HOME.resolve("bin"))).exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_292", "9", "11.0.2", "16.0.1+9"})
    void rejectsAnOldJava(String version) throws Exception {
        putProgram();
        Path old = fakeJava("old jdk", version);

        Run run = run(javaHome(old));

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("fleetauth: error: Java 17 or later is needed; found Java " + version + " at " + old)
                .contains("\nhint: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "17.0.15", "21-ea", "25.0.3", "100"})
    void readsTheVersionFromTheReleaseFile(String version) throws Exception {
        putProgram();
        Path home = fakeJava("jdk", version);

        assertThat(run(javaHome(home), "a").exit()).isEqualTo(99);
        assertThat(Files.readAllLines(home.resolve("started")))
                .last()
                .asString()
                .doesNotContain("-version")
                .endsWith(" -cp " + tree.resolve("target/fleetauth.jar") + " dev.fleetauth.Main a");
    }

    @Test
    void asksAJavaWithoutAReleaseFile() throws Exception {
        Path wrapper = temporary.resolve("shims/java");
        script(wrapper, "#!/bin/sh\nexec '" + JAVA_HOME.resolve("bin/java") + "' \"$@\"\n");

        assertThat(run(path(wrapper.getParent()))).isEqualTo(new Run(0, "args []\n", building()));
        assertThat(builds()).containsExactly(JAVA_HOME.toRealPath().toString());
    }

    @Test
    void reportsMissingJava() throws Exception {
        putProgram();

        Run run = run(path());

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("fleetauth: error: Java 17 or later is needed\nhint: ");
    }

    @Test
    void reportsJavaHomeWithoutJava() throws Exception {
        putProgram();

        assertThat(run(javaHome(temporary)).err()).contains("; found no java in JAVA_HOME (" + temporary + ")\n");
    }

    @Test
    void needsACompilerOnlyToBuild() throws Exception {
        Path jre = fakeJava("jre", "21.0.1");

        Run unbuilt = run(javaHome(jre));
        assertThat(unbuilt.exit()).isEqualTo(3);
        assertThat(unbuilt.err()).contains("with JDK 17 or later; found Java 21.0.1 without a compiler at " + jre);
        assertThat(builds()).isEmpty();

        putProgram();
        assertThat(run(javaHome(jre)).exit()).isEqualTo(99);
    }

    // Building

    @Test
    void buildsOnceAndKeepsTheBuildAwayFromTheProgramsStreams() throws Exception {
        Run first = run(javaHome(jdk), "for the program\n");
        Run second = run(javaHome(jdk), "for the program\n");

        assertThat(first).isEqualTo(new Run(0, "args [for the program\n]\n", building()));
        assertThat(second).isEqualTo(new Run(0, "args [for the program\n]\n", preparing()));
        assertThat(builds()).hasSize(1);
    }

    @Test
    void standardInputReachesTheProgramAndNotTheBuild() throws Exception {
        Started run = start(javaHome(jdk));
        run.process.getOutputStream().write("piped in".getBytes(UTF_8));

        assertThat(run.finish()).isEqualTo(new Run(0, "args []\npiped in", building()));
        assertThat(tree.resolve("build-input")).isEmptyFile();
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        run(javaHome(jdk));
        for (String source : List.of("src/main/java/A.java", "pom.xml", ".mvn/maven.config")) {
            age();
            Files.setLastModifiedTime(tree.resolve(source), FileTime.from(Instant.now()));

            assertThat(run(javaHome(jdk))).as(source).isEqualTo(new Run(0, "args []\n", building()));
            assertThat(run(javaHome(jdk))).as(source).isEqualTo(new Run(0, "args []\n", preparing()));
        }
        assertThat(builds()).hasSize(4);
    }

    @Test
    void buildsAgainWhenASourceIsGone() throws Exception {
        write(tree.resolve("src/main/java/B.java"), "class B {}");
        run(javaHome(jdk));
        age();
        Files.delete(tree.resolve("src/main/java/B.java"));

        run(javaHome(jdk));

        assertThat(builds()).hasSize(2);
    }

    @Test
    void showsProgressAtATerminal() throws Exception {
        slowBuild();
        try (PseudoTerminal terminal = PseudoTerminal.start(temporary, javaHome(jdk), "sh -i")) {
            terminal.enter("exec 2>&1; '" + launcher() + "' </dev/null; echo \"left <$?>\"")
                    .await(building())
                    .await("fleetauth: compile, 2 files downloaded (picocli-4.7.7.jar), ");
            Files.delete(tree.resolve("hold"));
            terminal.await(" ".repeat(79)).await("args []").await("left <0>");
        }
        assertThat(read(tree.resolve("options"))).isEqualTo("-B -Pquick package\n");
    }

    @Test
    void anInterruptedBuildRemovesItsProgressLine() throws Exception {
        slowBuild();
        try (PseudoTerminal terminal = PseudoTerminal.start(temporary, javaHome(jdk), "sh -i")) {
            terminal.enter("'" + launcher() + "' </dev/null").await("fleetauth: compile, ");
            terminal.type(PseudoTerminal.CTRL_C).await(" ".repeat(79));
            terminal.enter("echo \"left <$?>\"").await("left <130>");
        }
        assertThat(tree.resolve("target/fleetauth.jar")).doesNotExist();
    }

    @Test
    void showsNoProgressWithoutATerminal() throws Exception {
        slowBuild();
        Files.delete(tree.resolve("hold"));
        assertThat(run(javaHome(jdk))).isEqualTo(new Run(0, "args []\n", building()));
        assertThat(read(tree.resolve("options"))).isEqualTo("-B -q -ntp -Pquick package\n");
    }

    private void slowBuild() throws IOException {
        write(tree.resolve("hold"), "");
        script(tree.resolve("mvnw"), MVNW.replace("cat >>build-input", """
                echo "$*" >options
                echo 'Downloaded from central: https://repo.example/maven/okhttp-5.jar (1 kB at 2 kB/s)'
                echo 'Downloaded from central: https://repo.example/maven/picocli-4.7.7.jar (1 kB at 2 kB/s)'
                echo '[INFO] --- compiler:3.14.0:compile (default-compile) @ fleetauth ---'
                """));
    }

    @Test
    void buildsAgainWhatWasEditedDuringTheBuild() throws Exception {
        write(tree.resolve("hold"), "");
        Started first = start(javaHome(jdk));
        waitUntil(() -> builds().size() == 1);
        Files.setLastModifiedTime(tree.resolve("pom.xml"), FileTime.from(Instant.now()));
        // So that the program is newer, whatever the resolution of the file times.
        Thread.sleep(100);
        Files.delete(tree.resolve("hold"));
        first.finish();

        run(javaHome(jdk));

        assertThat(builds()).hasSize(2);
    }

    @Test
    void usesTheBuildOfVerify() throws Exception {
        putProgram();

        assertThat(run(javaHome(jdk))).isEqualTo(new Run(0, "args []\n", ""));
        assertThat(builds()).isEmpty();
    }

    @Test
    void aFailedBuildIsShownAndPrintsNothing() throws Exception {
        write(tree.resolve("broken"), "");

        Run run = run(javaHome(jdk));

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith(building())
                .contains("\ncannot find symbol\n")
                .contains(
                        "fleetauth: error: the build failed; all its output is in " + tree.resolve("target/build.log"))
                .contains("\nhint: ");

        Files.delete(tree.resolve("broken"));
        assertThat(run(javaHome(jdk)).exit()).isZero();
    }

    @ParameterizedTest
    @MethodSource("lockers")
    void twoFirstRunsBuildOnce(String locker) throws Exception {
        lockWith(locker);
        write(tree.resolve("hold"), "");
        Started first = start(javaHome(jdk), "one");
        waitUntil(() -> builds().size() == 1);
        Started second = start(javaHome(jdk), "two");
        // Once by the first process; the second tries the lock, and then waits for it.
        waitUntil(() -> used(locker) == 3);
        Files.delete(tree.resolve("hold"));

        assertThat(first.finish()).isEqualTo(new Run(0, "args [one]\n", building()));
        assertThat(second.finish())
                .isEqualTo(new Run(
                        0, "args [two]\n", "fleetauth: another process is building fleetauth; waiting for it\n"));
        assertThat(builds()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("lockers")
    void aKilledBuildBlocksNoOther(String locker) throws Exception {
        lockWith(locker);
        write(tree.resolve("hold"), "");
        Started first = start(javaHome(jdk));
        waitUntil(() -> builds().size() == 1);
        List<ProcessHandle> all = new ArrayList<>(first.process.descendants().toList());
        all.add(first.process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        // Waits until they have no command line: in some containers, ended processes are never reaped.
        waitUntil(
                () -> all.stream().noneMatch(process -> process.info().command().isPresent()));
        Files.delete(tree.resolve("hold"));

        assertThat(run(javaHome(jdk))).isEqualTo(new Run(0, "args []\n", building()));
        assertThat(builds()).hasSize(2);
    }

    /** The build continues when only the launcher is killed; no second build may run at the same time. */
    @ParameterizedTest
    @MethodSource("lockers")
    void aBuildWhoseLauncherWasKilledIsWaitedFor(String locker) throws Exception {
        lockWith(locker);
        write(tree.resolve("hold"), "");
        Started first = start(javaHome(jdk));
        waitUntil(() -> builds().size() == 1);
        first.process.destroyForcibly().waitFor();
        Started second = start(javaHome(jdk));
        waitUntil(() -> used(locker) == 3);
        Files.delete(tree.resolve("hold"));

        assertThat(second.finish().exit()).isZero();
        assertThat(builds()).hasSize(1);
    }

    // Running

    @Test
    void runsFromAnyDirectoryAndThroughLinks() throws Exception {
        putProgram();
        Path bin = Files.createDirectories(temporary.resolve("my bin"));
        Files.createSymbolicLink(bin.resolve("direct"), tree.resolve("fleetauth"));
        Files.createSymbolicLink(bin.resolve("relative"), Path.of("../a directory/fleet auth/fleetauth"));
        Files.createSymbolicLink(bin.resolve("chained"), Path.of("relative"));
        Files.createSymbolicLink(temporary.resolve("linked folder"), tree);
        Run good = new Run(0, "args [x]\n", "");

        for (List<String> command : List.of(
                List.of("./direct"),
                List.of("./relative"),
                List.of("../linked folder/fleetauth"),
                List.of("/usr/bin/env", "chained"))) {
            List<String> line = new ArrayList<>(command);
            line.add("x");
            assertThat(new Started(bin, line, javaHome(jdk, bin)).finish())
                    .as(command.toString())
                    .isEqualTo(good);
        }
        assertThat(new Started(tree, List.of("/bin/sh", "fleetauth", "x"), javaHome(jdk)).finish())
                .isEqualTo(good);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void runsUnderEachShell(String shell) throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.split(" ", -1)));
        command.set(0, onPath(command.get(0)).orElseThrow().toString());
        command.addAll(List.of(launcher(), "a b"));

        assertThat(new Started(temporary, command, javaHome(jdk)).finish())
                .isEqualTo(new Run(0, "args [a b]\n", building()));
        assertThat(new Started(temporary, command, javaHome(jdk)).finish())
                .isEqualTo(new Run(0, "args [a b]\n", preparing()));
        assertThat(new Started(temporary, command, javaHome(jdk)).finish()).isEqualTo(new Run(0, "args [a b]\n", ""));
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        assertThat(run(javaHome(jdk), "exit", "42").exit()).isEqualTo(42);
    }

    @Test
    void isReplacedByTheProgramSoThatSignalsReachIt() throws Exception {
        putProgram();
        Started run = start(javaHome(jdk), "sleep");
        run.process.getOutputStream().close();
        // The first line is from Java: the process is no longer the launcher.
        BufferedReader out = run.process.inputReader(UTF_8);
        assertThat(out.readLine()).isEqualTo("args [sleep]");
        // By default, a JVM prints a thread dump to standard output.
        new ProcessBuilder("kill", "-QUIT", Long.toString(run.process.pid()))
                .start()
                .waitFor();
        waitUntil(() -> run.err().contains("Full thread dump"));
        // Process.destroy would also close the streams.
        run.process.toHandle().destroy();

        assertThat(run.process.waitFor()).isEqualTo(143);
        assertThat(out.readLine()).isNull();
    }

    /** A JVM's error file contains parts of its memory, and would be in the current directory. */
    @Test
    void aCrashLeavesNoFile() throws Exception {
        putProgram();
        Path here = Files.createDirectory(temporary.resolve("here"));
        Started run = new Started(here, List.of(launcher(), "sleep"), javaHome(jdk));
        run.process.getOutputStream().close();
        assertThat(run.process.inputReader(UTF_8).readLine()).isEqualTo("args [sleep]");
        new ProcessBuilder("kill", "-SEGV", Long.toString(run.process.pid()))
                .start()
                .waitFor();

        assertThat(run.process.waitFor()).isNotZero();
        assertThat(run.process.getInputStream().readAllBytes()).isEmpty();
        assertThat(here).isEmptyDirectory();
    }

    /** One process, or two if Java is found through links, keeps the launcher's own work below 10 ms. */
    @Test
    void startsOnlyWhatItNeeds() throws Exception {
        putProgram("trained.jar", JAVA_HOME);

        Files.delete(temporary.resolve("tools-used"));
        run(javaHome(JAVA_HOME));
        assertThat(toolsUsed()).containsExactly("find");

        Path bin = Files.createDirectories(temporary.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), JAVA_HOME.resolve("bin/java"));
        run(path(bin));
        assertThat(toolsUsed()).containsExactly("find", "readlink", "find");
    }

    // The cache

    @Test
    void aCacheIsCreatedOnceForEachJavaWithoutStandardOutput() throws Exception {
        Path other = Files.createDirectories(temporary.resolve("another jdk"));
        for (String entry : List.of("bin", "lib", "conf", "release")) {
            if (Files.exists(JAVA_HOME.resolve(entry))) {
                Files.createSymbolicLink(other.resolve(entry), JAVA_HOME.resolve(entry));
            }
        }
        putProgram("trained.jar", JAVA_HOME);
        assertThat(trainings()).isEqualTo(1);

        for (int i = 0; i < 2; i++) {
            assertThat(run(javaHome(JAVA_HOME))).isEqualTo(new Run(0, "args []\n", ""));
        }
        assertThat(run(javaHome(other))).isEqualTo(new Run(0, "args []\n", preparing()));
        assertThat(run(javaHome(other))).isEqualTo(new Run(0, "args []\n", ""));
        assertThat(run(javaHome(JAVA_HOME))).isEqualTo(new Run(0, "args []\n", ""));

        assertThat(trainings()).isEqualTo(2);
        assertThat(caches()).hasSize(2);
    }

    /** A JVM does not read the jar for classes that are in its cache; see the launcher. */
    @Test
    void aChangedClassIsDetectedWhateverTheTimeOfItsJar() throws Exception {
        putProgram("trained.jar", JAVA_HOME);
        List<Path> before = caches();
        Path jar = tree.resolve("target/fleetauth.jar");
        FileTime time = Files.getLastModifiedTime(jar);
        Path changed = temporary.resolve("changed.jar");
        Files.copy(shared.resolve("changed.jar"), changed);
        Files.setLastModifiedTime(changed, time);
        Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);

        assertThat(run(javaHome(JAVA_HOME), "x")).isEqualTo(new Run(0, "now [x]\n", preparing()));
        assertThat(run(javaHome(JAVA_HOME), "x")).isEqualTo(new Run(0, "now [x]\n", ""));
        assertThat(trainings()).isEqualTo(2);
        assertThat(caches()).hasSize(1).doesNotContainAnyElementsOf(before);
    }

    @Test
    void aChangedLibraryOrRuntimeNeedsANewCache() throws Exception {
        Path home = Files.createDirectories(temporary.resolve("jdk"));
        for (String entry : List.of("bin", "lib", "conf")) {
            if (Files.exists(JAVA_HOME.resolve(entry))) {
                Files.createSymbolicLink(home.resolve(entry), JAVA_HOME.resolve(entry));
            }
        }
        Files.copy(JAVA_HOME.resolve("release"), home.resolve("release"));
        write(tree.resolve("target/lib/a-library-1.0.jar"), "a");
        putProgram("trained.jar", JAVA_HOME);
        run(javaHome(home));
        assertThat(trainings()).isEqualTo(2);

        write(tree.resolve("target/lib/a-library-1.0.jar"), "b");
        run(javaHome(home));
        assertThat(trainings()).isEqualTo(3);

        write(home.resolve("release"), Files.readString(home.resolve("release")) + "MORE=\"x\"\n");
        run(javaHome(home));
        run(javaHome(home));
        assertThat(trainings()).isEqualTo(4);
    }

    @Test
    void aBuildAlsoCreatesTheCache() throws Exception {
        Files.copy(shared.resolve("trained.jar"), tree.resolve("program.jar"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(run(javaHome(JAVA_HOME))).isEqualTo(new Run(0, "args []\n", building()));
        assertThat(run(javaHome(JAVA_HOME))).isEqualTo(new Run(0, "args []\n", ""));
        assertThat(trainings()).isEqualTo(1);
        assertThat(caches()).hasSize(1);
    }

    @Test
    void aMovedDirectoryRunsAsBefore() throws Exception {
        putProgram("trained.jar", JAVA_HOME);
        Path moved = Files.move(tree, temporary.resolve("moved"));
        List<String> command = List.of(moved.resolve("fleetauth").toString(), "x");

        Run first = new Started(temporary, command, javaHome(JAVA_HOME)).finish();
        assertThat(first.exit()).isZero();
        assertThat(first.out()).isEqualTo("args [x]\n");
        assertThat(new Started(temporary, command, javaHome(JAVA_HOME)).finish())
                .isEqualTo(new Run(0, "args [x]\n", ""));
        assertThat(new Started(moved, List.of("./fleetauth", "x"), javaHome(JAVA_HOME)).finish())
                .isEqualTo(new Run(0, "args [x]\n", ""));
    }

    @Test
    void aDamagedCachePrintsNothingToStandardOutput() throws Exception {
        putProgram("trained.jar", JAVA_HOME);
        Path cache = caches().get(0);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-------"));
        Files.write(cache, new byte[5000]);

        Run run = run(javaHome(JAVA_HOME), "x");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("args [x]\n");

        Files.delete(cache);
        assertThat(run(javaHome(JAVA_HOME), "x")).isEqualTo(new Run(0, "args [x]\n", preparing()));
        assertThat(trainings()).isEqualTo(2);
    }

    @Test
    void aJavaThatCreatesNoCacheIsTriedTwice() throws Exception {
        putProgram("program.jar", jdk);
        Path home = fakeJava("no caches", "25.0.1");

        run(javaHome(home));
        run(javaHome(home));
        run(javaHome(home));
        run(javaHome(home));

        assertThat(lines(home.resolve("started")))
                .hasSize(6)
                .first()
                .asString()
                .contains("-XX:AOTCacheOutput=", " dev.fleetauth.CacheTraining ");
    }

    /** Only deriving a key from a passphrase needs the C2 compiler, which would slow down every other start. */
    @Test
    void c2IsUsedIfAPassphraseProtectsTheStore() throws Exception {
        putProgram();
        Path java = fakeJava("jdk", "25.0.1");
        Path home = Files.createDirectories(temporary.resolve("home"));
        Map<String, String> environment = javaHome(java);
        environment.put("FLEETAUTH_HOME", home.toString());
        String quick = " -XX:TieredStopAtLevel=1 ";

        assertThat(startedWith(environment, java)).contains(quick);
        JsonNode vectors = new ObjectMapper()
                .readTree(
                        Path.of("src/test/resources/store-vectors/vectors.json").toFile())
                .path("keys");
        int locked = 0;
        for (JsonNode vector : vectors) {
            if (vector.path("opens").asBoolean()) {
                boolean passphrase =
                        vector.path("with").asText().toLowerCase(Locale.ROOT).contains("passphrase");
                Files.writeString(home.resolve("keys.jwe"), vector.path("file").asText());
                assertThat(startedWith(environment, java).contains(quick))
                        .as(vector.path("name").asText())
                        .isNotEqualTo(passphrase);
                locked += passphrase ? 1 : 0;
            }
        }
        assertThat(locked).isPositive();
    }

    private String startedWith(Map<String, String> environment, Path java) throws Exception {
        run(environment, "token");
        List<String> started = lines(java.resolve("started"));
        return " " + started.get(started.size() - 1);
    }

    /** A limit, a full disk or a signal may have prevented the creation of the cache. */
    @Test
    void aCacheThatCouldNotBeCreatedIsCreatedByTheNextRun() throws Exception {
        Path limited = temporary.resolve("limited");
        Path home = temporary.resolve("jdk");
        script(home.resolve("bin/java"), """
                #!/bin/sh
                case "$*" in *AOTCacheOutput* | *ArchiveClassesAtExit*) [ ! -e '%s' ] || exit 1 ;; esac
                exec '%s' "$@"
                """.formatted(limited, JAVA_HOME.resolve("bin/java")));
        Files.copy(JAVA_HOME.resolve("release"), home.resolve("release"));
        write(limited, "");
        putProgram("trained.jar", home);
        assertThat(caches()).isEmpty();
        Files.delete(limited);

        run(javaHome(home));
        assertThat(caches()).hasSize(1);
    }

    /** The second attempt may have met the same limit. */
    @Test
    void aJavaThatCreatedNoCacheTwiceIsTriedAgainAfterAnHour() throws Exception {
        putProgram("program.jar", jdk);
        Path home = fakeJava("no caches", "25.0.1");
        run(javaHome(home));
        run(javaHome(home));
        int before = lines(home.resolve("started")).size();
        Path current = tree.resolve("target/cache" + home + "/current");
        Files.setLastModifiedTime(current, FileTime.from(Instant.now().minusSeconds(3700)));

        run(javaHome(home));

        assertThat(lines(home.resolve("started"))).hasSize(before + 2);
    }

    // The environment

    @Test
    void aNamedPipeDoesNotBlock() throws Exception {
        putProgram();
        Path home = Files.createDirectories(temporary.resolve("home"));
        Map<String, String> environment = javaHome(jdk);
        environment.put("FLEETAUTH_HOME", home.toString());
        mkfifo(home.resolve("keys.jwe"));
        assertThat(run(environment)).isEqualTo(new Run(0, "args []\n", ""));

        Files.delete(tree.resolve("target/build.lock"));
        mkfifo(tree.resolve("target/build.lock"));
        Path current = tree.resolve("target/cache" + jdk + "/current");
        Files.delete(current);
        mkfifo(current);
        assertThat(run(environment)).isEqualTo(new Run(0, "args []\n", ""));
        Files.delete(tree.resolve("target/fleetauth.jar"));
        assertThat(run(environment).exit()).isEqualTo(3);
    }

    @Test
    void onlyTheProgramGetsTheSecrets() throws Exception {
        Files.copy(shared.resolve("trained.jar"), tree.resolve("program.jar"), StandardCopyOption.REPLACE_EXISTING);
        Path seen = temporary.resolve("watched");
        write(seen, "");
        // Has no release file, so that it is asked for its version. Records its variables, except as the program.
        Path home = temporary.resolve("bin");
        script(home.resolve("java"), """
                #!/bin/sh
                case "$*" in *CacheTraining* | *-version*) '%s' >>'%s' ;; esac
                exec '%s' "$@"
                """.formatted(onPath("env").orElseThrow(), seen, JAVA_HOME.resolve("bin/java")));
        Map<String, String> environment = path(home);
        for (String name : variables()) {
            environment.put(name, "secret");
        }
        environment.put("FLEETAUTH_HOME", temporary.resolve("secret").toString());

        assertThat(run(environment, "env", "FLEETAUTH_PASSPHRASE", "FLEETAUTH_CLIENT_SECRET"))
                .isEqualTo(new Run(0, "secret\nsecret\n", building()));
        assertThat(run(environment).exit()).isZero();

        assertThat(toolsUsed()).contains("find", "touch", "sh");
        assertThat(Files.readString(tree.resolve("build-env")))
                .contains("JAVA_HOME=")
                .doesNotContain("secret");
        assertThat(Files.readString(seen)).contains("PATH=").doesNotContain("secret");
    }

    /** The names of all fleetauth variables in the source of the program. */
    private static List<String> variables() throws IOException {
        Pattern name = Pattern.compile("\"(FLEETAUTH_[A-Z_]*[A-Z])\"");
        List<String> names = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                name.matcher(Files.readString(source)).results().forEach(found -> names.add(found.group(1)));
            }
        }
        assertThat(names).contains("FLEETAUTH_PASSPHRASE", "FLEETAUTH_CLIENT_SECRET");
        return names;
    }

    @ParameterizedTest
    @CsvSource({
        "JAVA_TOOL_OPTIONS, -XX:+UseG1GC",
        "JAVA_TOOL_OPTIONS, -Xlog:all=info:stdout",
        "JDK_JAVA_OPTIONS, -version",
        "_JAVA_OPTIONS, -Xmx1k",
        "CLASSPATH, /no/such",
        "_JAVA_LAUNCHER_DEBUG, 1",
        "LC_ALL, C",
    })
    void variablesThatAffectTheJvmAreWithheldAndKept(String name, String value) throws Exception {
        putProgram("trained.jar", JAVA_HOME);
        Map<String, String> environment = javaHome(JAVA_HOME);
        environment.put(name, value);

        assertThat(run(environment, "env", "FLEETAUTH_KEPT_" + name)).isEqualTo(new Run(0, "." + value + "\n", ""));
        // The same during the training of a cache.
        remove(tree.resolve("target/cache"));
        assertThat(run(environment)).isEqualTo(new Run(0, "args []\n", preparing()));
        assertThat(caches()).hasSize(1);
        assertThat(run(javaHome(JAVA_HOME))).isEqualTo(new Run(0, "args []\n", ""));
    }

    @Test
    void exportedVariablesNeitherAffectTheLauncherNorChange() throws Exception {
        List<String> names = List.of(
                "stage",
                "built",
                "compiler",
                "keys",
                "cache",
                "name",
                "home",
                "root",
                "version",
                "found",
                "java",
                "line");
        Map<String, String> environment = javaHome(jdk);
        names.forEach(name -> environment.put(name, "theirs"));
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(names);

        String theirs = "theirs\n".repeat(names.size());
        assertThat(run(environment, line.toArray(String[]::new))).isEqualTo(new Run(0, theirs, building()));
        assertThat(run(environment, line.toArray(String[]::new))).isEqualTo(new Run(0, theirs, preparing()));
    }

    @Test
    void cdpathIsIgnored() throws Exception {
        Path other = temporary.resolve("other/fleet auth");
        script(other.resolve("mvnw"), "#!/bin/sh\ntouch '" + temporary.resolve("attacked") + "'\n");
        Map<String, String> environment = javaHome(jdk);
        environment.put("CDPATH", other.getParent().toString());

        Run run = new Started(tree.getParent(), List.of("/bin/sh", "fleet auth/fleetauth"), environment).finish();

        assertThat(run).isEqualTo(new Run(0, "args []\n", building()));
        assertThat(temporary.resolve("attacked")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "xx_YY.UTF-8", "de_DE.ISO-8859-1", ""})
    void textIsUtf8InEveryLocale(String locale) throws Exception {
        putProgram();
        Map<String, String> environment = javaHome(jdk);
        environment.put("LC_ALL", locale);
        String command = "GR=$(printf 'gr\\303\\274n'); export GR; exec \"$@\" \"$GR\"";

        assertThat(new Started(
                                temporary,
                                List.of(
                                        "/bin/sh",
                                        "-c",
                                        command,
                                        "sh",
                                        launcher(),
                                        "env",
                                        "GR",
                                        "FLEETAUTH_KEPT_LC_ALL"),
                                environment)
                        .finish())
                .isEqualTo(new Run(0, "grün\n." + locale + "\nnull\n", ""));
        assertThat(new Started(temporary, List.of("/bin/sh", "-c", command, "sh", launcher()), environment).finish())
                .isEqualTo(new Run(0, "args [grün]\n", ""));
    }

    @Test
    void onlyServeGetsTheSystemdSocketAsStandardInput() throws Exception {
        putProgram();
        Path file = Files.writeString(temporary.resolve("socket"), "the socket");
        String passes = "exec 3<\"$1\"; shift; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\" </dev/null";
        for (String arguments : List.of("serve", "-v serve --no-input", "token", "serves")) {
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", passes, "sh", file.toString(), launcher()));
            command.addAll(List.of(arguments.split(" ", -1)));
            boolean isServe = List.of(arguments.split(" ", -1)).contains("serve");
            assertThat(new Started(temporary, command, javaHome(jdk)).finish().out())
                    .as(arguments)
                    .endsWith(isServe ? "]\nthe socket" : "]\n");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aClosedDescriptorIsNotReusedByTheJvm() throws Exception {
        putProgram();
        for (String shell : shells().toList()) {
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"));
            command.addAll(List.of(shell.split(" ", -1)));
            command.set(4, onPath(command.get(4)).orElseThrow().toString());
            command.addAll(List.of(
                    launcher(), "descriptors", temporary.resolve("descriptors").toString()));

            assertThat(new Started(temporary, command, javaHome(jdk)).finish().exit())
                    .as(shell)
                    .isEqualTo(9);
            assertThat(Files.readAllLines(temporary.resolve("descriptors")))
                    .as(shell)
                    .containsOnly("/dev/null");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeletedWorkingDirectoryDoesNotMatter() throws Exception {
        putProgram();
        for (String shell : shells().toList()) {
            Path gone = Files.createDirectory(temporary.resolve("gone"));
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "rmdir \"$PWD\"; exec \"$@\"", "sh"));
            command.addAll(List.of(shell.split(" ", -1)));
            command.set(4, onPath(command.get(4)).orElseThrow().toString());
            command.addAll(List.of(launcher(), "x"));
            Map<String, String> environment = javaHome(jdk);
            environment.put("PATH", environment.get("PATH") + ":" + System.getenv("PATH"));

            Run run = new Started(gone, command, environment).finish();
            assertThat(run.out()).as(shell + run.err()).isEqualTo("args [x]\n");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLimitedAddressSpaceSuffices() throws Exception {
        List<String> command = List.of("/bin/sh", "-c", "ulimit -v 2000000; exec \"$@\"", "sh", launcher(), "x");

        assertThat(new Started(temporary, command, javaHome(JAVA_HOME)).finish())
                .isEqualTo(new Run(0, "args [x]\n", building()));
    }

    /** Java only obtains the token; everything else is as it would be without fleetauth. */
    @ParameterizedTest
    @MethodSource("shells")
    @EnabledOnOs(OS.LINUX)
    void execReplacesTheLauncherAndRestoresWhatItChanged(String shell) throws Exception {
        putProgram();
        Path gone = Files.createDirectory(temporary.toRealPath().resolve("gone"));
        Map<String, String> environment = execution(0);
        environment.put("JAVA_TOOL_OPTIONS", "-version");
        environment.put("LC_ALL", "xx_YY");
        String program =
                "[ \"$1\" = \"$(printf 'gr\\374n')\" ] && echo same; shift; printf '%s,' \"$@\" $$ $JAVA_TOOL_OPTIONS"
                        + " $LC_ALL \"$(readlink /proc/self/cwd)\"; env | grep ^FLEETAUTH; exit 7";
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "rmdir \"$PWD\"; exec \"$@\" -- sh -c '" + program.replace("'", "'\\''")
                        + "' sh \"$(printf 'gr\\374n')\" -a '' '*'",
                "sh"));
        command.addAll(under(shell, "-q", "exec", "--min-validity", "1m"));
        Started run = new Started(gone, command, environment);

        assertThat(run.finish())
                .extracting(Run::exit, Run::out)
                .containsExactly(
                        7,
                        "same\n-a,,*," + run.process.pid() + ",-version,xx_YY," + gone
                                + " (deleted),FLEETAUTH_ACCESS_TOKEN=the-token\n");
    }

    /** If publishing failed, the launcher stays to exit with that code. It runs programs, never its own functions. */
    @ParameterizedTest
    @MethodSource("shellsWhoseExecRunsOnlyPrograms")
    void execRunsAProgramAndNoFunctionOrBuiltin(String shell) throws Exception {
        putProgram();
        for (String name : List.of("say", "run_java", "exit", "echo")) {
            script(tools.resolve(name), "#!/bin/sh\nprintf 'the program %s\\n' \"$*\"\n");
            assertThat(exec(shell, execution(6), name, "0")).isEqualTo(new Run(6, "the program 0\n", ""));
            assertThat(exec(shell, execution(0), name, "0").out()).isEqualTo("the program 0\n");
        }
        assertThat(exec(shell, execution(6), "sh", "-c", "exit 3").exit()).isEqualTo(3);
        // If a signal ended Java, its output may be incomplete.
        assertThat(exec(shell, execution(137), "echo")).isEqualTo(new Run(137, "", ""));
    }

    @ParameterizedTest
    @MethodSource("shellsWhoseExecRunsOnlyPrograms")
    void execReportsWhyAProgramDoesNotRun(String shell) throws Exception {
        putProgram();
        Path file = Files.createFile(temporary.resolve("no-program"));
        for (int code : new int[] {0, 6}) {
            for (Path path : List.of(file, tree)) {
                Run run = exec(shell, execution(code), path.toString());
                assertThat(run.exit()).as(run.err()).isEqualTo(126);
                assertThat(run.err()).contains("fleetauth: error: " + path + " cannot be run", "hint: ");
            }
            for (String none : List.of("no-such-program", "/no/such", "-a", "-p", "say")) {
                Run run = exec(shell, execution(code), none, "sh");
                assertThat(run.exit()).as(run.err()).isEqualTo(127);
                assertThat(run.out()).isEmpty();
            }
            assertThat(exec(shell, execution(code), "-a").err())
                    .contains("fleetauth: error: -a was not found", "hint: ");
        }
    }

    /** Otherwise a container would end with its first process, in the middle of a refresh. */
    @ParameterizedTest
    @MethodSource("shells")
    void execWaitsForJavaWhenItIsTerminated(String shell) throws Exception {
        putProgram();
        Map<String, String> environment = execution(0);
        Path hold = Files.createFile(Path.of(environment.get("HOLD")));
        Started run = new Started(temporary, under(shell, "exec", "--", "echo", "too late"), environment);
        waitUntil(() -> Files.exists(Path.of(environment.get("BEGUN"))));
        run.process.toHandle().destroy();
        assertThat(run.process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
        Files.delete(hold);

        assertThat(run.finish()).isEqualTo(new Run(143, "", ""));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aTraceOfTheShellDoesNotShowTheToken(String shell) throws Exception {
        putProgram();
        Run run = new Started(temporary, under(shell + " -x", "exec", "--", "sh", "-c", ":"), execution(0)).finish();

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isNotEmpty().doesNotContain("the-token");
    }

    private Map<String, String> execution(int code) throws IOException {
        Map<String, String> environment = javaHome(jdk);
        environment.put("PATH", environment.get("PATH") + ":" + System.getenv("PATH"));
        environment.put("FLEETAUTH_SECRET", "not for the program");
        environment.put("HOLD", temporary.resolve("hold-java").toString());
        environment.put("BEGUN", temporary.resolve("begun").toString());
        environment.put("CODE", Integer.toString(code));
        return environment;
    }

    private Run exec(String shell, Map<String, String> environment, String... program) throws Exception {
        List<String> command = under(shell, "exec", "--");
        command.addAll(List.of(program));
        return new Started(temporary, command, environment).finish();
    }

    private List<String> under(String shell, String... arguments) {
        List<String> command = new ArrayList<>(List.of(shell.split(" ", -1)));
        command.set(0, onPath(command.get(0)).orElseThrow().toString());
        command.add(launcher());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void mkfifo(Path file) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    // The harness

    record Run(int exit, String out, String err) {}

    private static String building() {
        return "fleetauth: building fleetauth: nothing is built yet, or a source is newer\n";
    }

    private static String preparing() {
        return "fleetauth: preparing fleetauth for Java " + System.getProperty("java.version")
                + "; this happens only once\n";
    }

    private int trainings() {
        return lines(temporary.resolve("trainings")).size();
    }

    private List<Path> caches() throws IOException {
        try (Stream<Path> all = Files.walk(tree.resolve("target/cache"))) {
            return all.filter(path -> path.toString().matches(".*/[0-9a-f]{64}\\.(aot|jsa)"))
                    .toList();
        }
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        return start(environment, arguments).finish();
    }

    private Started start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher()));
        command.addAll(List.of(arguments));
        return new Started(temporary, command, environment);
    }

    private String launcher() {
        return tree.resolve("fleetauth").toString();
    }

    /** A process whose standard error can be read while it runs. */
    private static final class Started {
        final Process process;
        private final Path err;

        Started(Path folder, List<String> command, Map<String, String> environment) throws IOException {
            err = Files.createTempFile(shared, "err", "");
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            process = builder.redirectError(err.toFile()).start();
        }

        Run finish() throws Exception {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Run(process.waitFor(), out, err());
        }

        String err() {
            return read(err);
        }
    }

    private Map<String, String> javaHome(Path home, Path... folders) {
        Map<String, String> environment = path(folders);
        environment.put("JAVA_HOME", home.toString());
        return environment;
    }

    private Map<String, String> path(Path... folders) {
        List<String> path = new ArrayList<>(List.of(tools.toString()));
        Stream.of(folders).map(Path::toString).forEach(path::add);
        return new HashMap<>(Map.of("PATH", String.join(":", path)));
    }

    /** A Java home whose {@code java} only records its arguments, and exits with 99. */
    private Path fakeJava(String name, String version) throws IOException {
        Path home = temporary.resolve(name);
        script(home.resolve("bin/java"), """
                #!/bin/sh
                echo "$*" >>'%s'
                exit 99
                """.formatted(home.resolve("started")));
        write(home.resolve("release"), """
                IMPLEMENTOR="Nobody"
                JAVA_VERSION="%s"
                JAVA_VERSION_DATE="2026-01-20"
                """.formatted(version));
        return home;
    }

    /** Installs the program as if just built, and runs it until the launcher knows that its Java creates no cache. */
    private void putProgram() throws Exception {
        putProgram("program.jar", jdk);
    }

    private void putProgram(String name, Path home) throws Exception {
        Files.createDirectories(tree.resolve("target"));
        Files.copy(shared.resolve(name), tree.resolve("target/fleetauth.jar"));
        assertThat(run(javaHome(home)).exit()).isZero();
        if (home.equals(jdk)) {
            assertThat(run(javaHome(home)).exit()).isZero();
        }
    }

    /** Makes all existing files an hour old. */
    private void age() throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.toList()) {
                Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(3600)));
            }
        }
    }

    private void lockWith(String locker) throws IOException {
        for (String other : LOCKERS) {
            if (!other.equals(locker)) {
                Files.deleteIfExists(tools.resolve(other));
            }
        }
    }

    private List<String> builds() {
        return lines(tree.resolve("builds"));
    }

    private List<String> toolsUsed() {
        return lines(temporary.resolve("tools-used"));
    }

    private long used(String tool) {
        return toolsUsed().stream().filter(tool::equals).count();
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Stream<String> lockers() {
        return LOCKERS.stream().filter(locker -> onPath(locker).isPresent());
    }

    static Stream<String> shells() {
        return Stream.of("dash", "bash", "bash --posix", "busybox sh", "zsh", "ksh")
                .filter(shell -> onPath(shell.split(" ", -1)[0]).isPresent());
    }

    /** All except zsh, whose exec also runs functions; no system uses it as sh. */
    static Stream<String> shellsWhoseExecRunsOnlyPrograms() {
        return shells().filter(shell -> !shell.equals("zsh"));
    }

    private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("timed out waiting for a condition").isBefore(end);
            Thread.sleep(20);
        }
    }

    private static void script(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<String> lines(Path file) {
        return Files.exists(file) ? read(file).lines().toList() : List.of();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
