package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Homes;
import dev.fleetauth.demo.Playground;
import dev.fleetauth.host.Environment;
import dev.fleetauth.testing.Program;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits the classes that a start loads, by package and size, because they determine how long it takes. */
class WarmStartTest {

    /** The parts of the program and its libraries that a valid token needs, by the beginning of their names. */
    private static final List<String> NEEDED = List.of(
            "dev.fleetauth.Main",
            "dev.fleetauth.cli.",
            "dev.fleetauth.flow.Engine",
            "dev.fleetauth.flow.Stores",
            "dev.fleetauth.flow.refresh.",
            "dev.fleetauth.flow.report.SessionExpiry",
            "dev.fleetauth.host.",
            "dev.fleetauth.http.Http ",
            "dev.fleetauth.key.",
            "dev.fleetauth.model.",
            "dev.fleetauth.seal.",
            "dev.fleetauth.store.",
            "com.nimbusds.jose.",
            "org.bouncycastle.crypto.",
            "org.bouncycastle.util.",
            "picocli.CommandLine$");

    /** The maximum size of the needed classes. Raise it only for something that is worth it. */
    private static final int MAX_KILOBYTES = 800;

    /** The maximum including the JDK's classes, which are the larger part, and more with each version. */
    private static final int MAX_KILOBYTES_WITH_JDK = 6_500;

    /** Classes that take long to load, with those that they use, and that printing a valid token does not need. */
    private static final List<String> NOT_LOADED = List.of(
            "okhttp3.",
            "okio.",
            "kotlin.",
            "com.nimbusds.oauth2.",
            "com.nimbusds.openid.",
            "com.nimbusds.jose.shaded.",
            "net.minidev.",
            "com.fasterxml.",
            "picocli.CommandLine ",
            "picocli.CommandLine$Model",
            "javax.crypto.Cipher",
            "javax.net.",
            "java.sql.",
            "javax.sql.",
            "org.postgresql.",
            "dev.fleetauth.store.postgres.Postgres",
            "java.math.BigDecimal",
            "java.util.logging.",
            "java.util.concurrent.ForkJoin",
            "sun.security.provider.",
            "com.sun.crypto.");

    @TempDir
    Path folder;

    @Test
    void aValidTokenLoadsLittle() throws IOException {
        List<String> loaded = loaded("token", "-p", "car");
        List<String> ours = loaded.stream().filter(name -> !isOfJdk(name)).toList();

        assertThat(loaded).contains("dev.fleetauth.seal.AesCiphers ");
        assertThat(loaded).noneMatch(name -> NOT_LOADED.stream().anyMatch(name::startsWith));
        assertThat(ours).allMatch(name -> NEEDED.stream().anyMatch(name::startsWith));
        assertThat(kilobytes(ours)).as("the program and its libraries").isLessThan(MAX_KILOBYTES);
        assertThat(kilobytes(loaded)).as("all").isLessThan(MAX_KILOBYTES_WITH_JDK);
    }

    /** A refresh loads the HTTP client and the OAuth SDK, but no parts of them that it does not use. */
    @Test
    void aRefreshDoesNotLoadUnusedPartsOfItsLibraries() throws IOException {
        try (Playground playground = Playground.open(Cli::run, Environment.ofThisProcess())) {
            assertThat(playground.run("key", "new-file", playground.keyFile().toString()))
                    .isZero();
            assertThat(playground.run(playground.loginLine())).isZero();
            assertThat(loaded(playground.variables(), "refresh"))
                    .contains("okhttp3.OkHttpClient ", "com.nimbusds.oauth2.sdk.TokenRequest ")
                    .doesNotContain(
                            "picocli.CommandLine ",
                            "com.fasterxml.jackson.core.JsonFactory ",
                            "javax.crypto.Cipher ",
                            "com.nimbusds.oauth2.sdk.http.HTTPRequest ",
                            "com.nimbusds.jwt.proc.DefaultJWTProcessor ",
                            "com.fasterxml.jackson.databind.ObjectMapper ",
                            "kotlin.jvm.internal.ClassReference ",
                            "dev.fleetauth.http.ExchangeSockets ",
                            "java.lang.runtime.ObjectMethods ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "--help",
                "token --help",
                "key set --help",
                "help status",
                "__complete to",
                "__complete -- token -p ca"
            })
    void helpAndCompletionLoadNoSlowClasses(String line) throws IOException {
        assertThat(loaded(line.split(" ")))
                .noneMatch(name -> NOT_LOADED.stream().anyMatch(name::startsWith));
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "inspect"})
    void usualLinesDoNotLoadPicocli(String command) throws IOException {
        assertThat(loaded(command))
                .doesNotContain(
                        "picocli.CommandLine ",
                        "com.fasterxml.jackson.databind.ObjectMapper ",
                        "com.nimbusds.jose.shaded.gson.Gson ");
    }

    /** The names of the classes that a run loads, each followed by a space. */
    private List<String> loaded(String... args) throws IOException {
        TestShell shell = new TestShell(folder);
        Map<String, String> variables = new HashMap<>(shell.variables());
        variables.put("FLEETAUTH_HOME", new Homes(shell, folder).plain().toString());
        return loaded(variables, args);
    }

    private List<String> loaded(Map<String, String> variables, String... args) throws IOException {
        Path log = folder.resolve("classes.log");
        List<String> options = new ArrayList<>(Program.LAUNCHER_OPTIONS);
        options.add("-Xlog:class+load:file=" + log);
        try (Program program = Program.start(folder, variables, Program.commandLine(options, args))) {
            program.exits(0);
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(line -> line.replaceFirst("^(\\[[^]]*])+ ", ""))
                    .map(line -> line.substring(0, line.indexOf(' ') + 1))
                    .toList();
        }
    }

    private static boolean isOfJdk(String name) {
        return name.startsWith("java") || name.startsWith("jdk.") || name.startsWith("sun.");
    }

    /** The total size of the class files; a class that is generated at run time has none. */
    private static long kilobytes(List<String> names) throws IOException {
        long bytes = 0;
        for (String name : names) {
            try (InputStream file =
                    ClassLoader.getSystemResourceAsStream(name.strip().replace('.', '/') + ".class")) {
                bytes += file == null ? 0 : file.readAllBytes().length;
            }
        }
        return bytes / 1024;
    }
}
