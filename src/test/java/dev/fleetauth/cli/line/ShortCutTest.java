package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.Homes;
import dev.fleetauth.cli.TokenCommand;
import dev.fleetauth.host.Environment;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Command lines that are read without picocli, against picocli. */
class ShortCutTest {

    private static final int LINES = 3_000;
    private static final int RUNS = 500;

    private static final List<String> WORDS = List.of(
            "-p",
            "--profile",
            "--profile=car",
            "-p=car",
            "-pcar",
            "--home",
            "--home=",
            "--format",
            "--format=env",
            "--min-validity",
            "--min-validity=5m",
            "-q",
            "--quiet",
            "--quiet=true",
            "-qv",
            "-v",
            "--no-input",
            "--no-refresh",
            "--out",
            "--color",
            "--color=never",
            "--help",
            "-h",
            "-V",
            "--",
            "-",
            "",
            "token",
            "status",
            "car",
            "Car",
            "bus",
            "raw",
            "RAW",
            "Json",
            "json",
            "header",
            "curl",
            "env",
            "jſon",
            "xml",
            "60",
            "90s",
            "5m",
            "8h",
            "2d",
            "-1",
            "1w",
            "9999999d",
            "99999999999999999999",
            "s",
            "@car",
            "@@car",
            "'car'",
            "\"car\"",
            "a=b",
            "--no-refresh=no",
            "--Format",
            "--form",
            "--no-",
            "/tmp",
            "a\0b",
            "é");

    @TempDir
    Path folder;

    private final Random random = new Random(20_260_103);

    @Test
    void theHelpAndTheVersionAreWhatPicocliPrints() {
        TestShell shell = new TestShell(folder);
        for (String word : List.of("--help", "-h", "--version", "-V")) {
            assertThat(run(shell, Cli::run, word)).isEqualTo(run(shell, Cli::executeByPicocli, word));
        }
        assertThat(run(shell, Cli::run, "--help").out()).contains(Commands.NAMES);
    }

    @Test
    void everyCommandIsThereUnderItsName() {
        Environment environment = environment(new TestShell(folder), new ByteArrayOutputStream());
        assertThat(Commands.all(new Fleetauth(environment)).getSubcommands().keySet())
                .containsAll(Commands.NAMES)
                .filteredOn(name -> !name.startsWith("__"))
                .containsExactlyElementsOf(Commands.NAMES);
        for (String name : Commands.NAMES) {
            CommandLine alone = Commands.forLine(new Fleetauth(environment), name);
            CommandLine among = Commands.all(new Fleetauth(environment));
            assertThat(command(alone, name).getUsageMessage())
                    .isEqualTo(command(among, name).getUsageMessage())
                    .contains("fleetauth " + name);
        }
    }

    /** Whatever line is read, picocli reads the same in it; the commonest are read. */
    @Test
    void aLineIsReadAsPicocliReadsIt() {
        Environment environment = environment(new TestShell(folder), new ByteArrayOutputStream());
        int read = 0;
        for (int i = 0; i < LINES; i++) {
            String[] line = line();
            Fleetauth program = new Fleetauth(environment);
            if (ShortCut.read(program, line) instanceof TokenCommand token) {
                read++;
                assertThat(settings(program, token))
                        .as("%s", List.of(line))
                        .isEqualTo(byPicocli(new Fleetauth(environment), line));
            }
        }
        assertThat(read).isGreaterThan(LINES / 20);
        for (String line : List.of(
                "token",
                "token -p car",
                "token --profile car --format header",
                "token --profile=car --format=curl",
                "token --home /home -q --no-input --min-validity 5m --no-refresh")) {
            assertThat(ShortCut.read(new Fleetauth(environment), line.split(" ")))
                    .as(line)
                    .isInstanceOf(TokenCommand.class);
        }
    }

    private String[] line() {
        List<String> line = new ArrayList<>(List.of("token"));
        for (int words = random.nextInt(6); words > 0; words--) {
            line.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return line.toArray(String[]::new);
    }

    private static CommandLine command(CommandLine program, String name) {
        return Objects.requireNonNull(program.getSubcommands().get(name));
    }

    private static String byPicocli(Fleetauth program, String... line) {
        CommandLine commandLine = Commands.forLine(program, line).setCaseInsensitiveEnumValuesAllowed(true);
        try {
            commandLine.parseArgs(line);
        } catch (ParameterException e) {
            return String.valueOf(e.getMessage());
        }
        return settings(program, command(commandLine, "token").getCommand());
    }

    private static String settings(Fleetauth program, TokenCommand token) {
        return String.join(
                " ",
                String.valueOf(program.profile),
                String.valueOf(program.home),
                String.valueOf(program.noInput),
                String.valueOf(program.quiet),
                String.valueOf(token.format),
                String.valueOf(token.minValidity),
                String.valueOf(token.noRefresh));
    }

    /** Homes of all kinds, lines, variables and moments: both ways to run a line come to the same. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aRunComesToTheSameWhicheverWayItIsRead() throws IOException {
        TestShell shell = new TestShell(folder);
        List<Path> homes = new Homes(shell, folder).all();
        Path home = shell.home();
        Instant start = shell.clock().instant();
        int printed = 0;
        for (int i = 0; i < RUNS; i++) {
            Path template = homes.get(random.nextInt(homes.size()));
            Instant moment = start.plusSeconds(oneOf(0, 0, 1, 28_000, 28_739, 28_741, -1));
            shell.clock().advance(Duration.between(shell.clock().instant(), moment));
            shell.variable("FLEETAUTH_PROFILE", oneOfOrNone("car", "Bad Name", ""));
            shell.variable("FLEETAUTH_NO_INPUT", oneOfOrNone("1", "0"));
            shell.variable(
                    "FLEETAUTH_KEY_FILE",
                    oneOfOrNone(key("test.key"), key("test.key"), key("test.key"), key("other.key"), key("nothing")));
            String[] line = usualLine();
            String what = template.getFileName() + " " + List.of(line) + " " + shell.variables()
                    + shell.clock().instant();

            Homes.copy(template, home);
            Outcome byPicocli = run(shell, Cli::executeByPicocli, line);
            List<String> after = Homes.files(home);
            Homes.copy(template, home);
            assertThat(run(shell, Cli::run, line)).as(what).isEqualTo(byPicocli);
            assertThat(Homes.files(home)).as(what).isEqualTo(after);
            printed += byPicocli.out().isEmpty() ? 0 : 1;
        }
        assertThat(printed).isBetween(RUNS / 20, RUNS / 2);
    }

    private String key(String name) {
        return folder.resolve(name).toString();
    }

    @SafeVarargs
    private <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }

    /** None, or one of them. */
    private @Nullable String oneOfOrNone(String... values) {
        int at = random.nextInt(values.length + 1);
        return at == values.length ? null : values[at];
    }

    /** A line that is read without picocli, mostly. */
    private String[] usualLine() {
        List<String> line = new ArrayList<>(List.of("token", "--no-refresh"));
        line.addAll(oneOf(List.of(), List.of("-p", "car"), List.of("--profile=car"), List.of("-p", "bus")));
        line.addAll(oneOf(
                List.of(),
                List.of(),
                List.of("--format", "header"),
                List.of("--format=env"),
                List.of("--format", "json")));
        line.addAll(oneOf(
                List.of(),
                List.of(),
                List.of("--min-validity", "5m"),
                List.of("--min-validity=9h"),
                List.of("-q"),
                List.of("--nonsense")));
        return line.toArray(String[]::new);
    }

    /** What a run came to. */
    record Outcome(int exitCode, String out, String err) {}

    /** A way to run a line. */
    private interface Way {
        int run(Environment environment, String... line);
    }

    private static Outcome run(TestShell shell, Way way, String... line) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = way.run(shell.environment(InputStream.nullInputStream(), out, err), line);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Environment environment(TestShell shell, ByteArrayOutputStream out) {
        return shell.environment(InputStream.nullInputStream(), out, out);
    }
}
