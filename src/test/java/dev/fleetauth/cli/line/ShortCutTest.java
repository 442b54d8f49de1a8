package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.Homes;
import dev.fleetauth.cli.Subcommand;
import dev.fleetauth.host.Environment;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@link ShortCut} reads a line exactly as picocli does, or leaves it to picocli. */
@Tag("any-jdk")
class ShortCutTest {

    private static final int LINES = 400;
    private static final int RUNS = 500;

    /** Words that are not the name of an option: values, and words that resemble values or options. */
    private static final List<String> WORDS = List.of(
            "--home=",
            "-p=car",
            "-pcar",
            "-qv",
            "--quiet=true",
            "--no-refresh=no",
            "--Format",
            "--form",
            "--no-",
            "--",
            "-",
            "",
            "status",
            "car",
            "Car",
            "raw",
            "Json",
            "json",
            "text",
            "never",
            "bash",
            "jſon",
            "60",
            "90s",
            "5m",
            "2d",
            "-1",
            "1w",
            "9999999d",
            "99999999999999999999",
            "@car",
            "@@car",
            "'car'",
            "\"car\"",
            "a=b",
            "--a=b",
            "file:/tmp",
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
    void everyCommandIsFoundByName() {
        Environment environment = environment(new TestShell(folder), new ByteArrayOutputStream());
        assertThat(Commands.all(new Fleetauth(environment, Cli::run))
                        .getSubcommands()
                        .keySet())
                .containsAll(Commands.NAMES)
                .filteredOn(name -> !name.startsWith("__"))
                .containsExactlyElementsOf(Commands.NAMES);
        for (String name : Commands.NAMES) {
            CommandLine alone = Commands.forLine(new Fleetauth(environment, Cli::run), name);
            CommandLine among = Commands.all(new Fleetauth(environment, Cli::run));
            assertThat(command(alone, name).getUsageMessage())
                    .isEqualTo(command(among, name).getUsageMessage())
                    .contains("fleetauth " + name);
        }
    }

    /** Picocli sets the same fields for every line that {@link ShortCut} can read. */
    @ParameterizedTest
    @MethodSource("commands")
    void aLineIsReadAsPicocliReadsIt(String name) {
        Environment environment = environment(new TestShell(folder), new ByteArrayOutputStream());
        List<OptionSpec> options = command(Commands.forLine(new Fleetauth(environment, Cli::run), name), name)
                .getCommandSpec()
                .options();
        int read = 0;
        for (int i = 0; i < LINES; i++) {
            String[] line = line(name, options);
            Fleetauth program = new Fleetauth(environment, Cli::run);
            if (ShortCut.read(program, line) instanceof Subcommand command) {
                read++;
                assertThat(settings(program, command) + new TreeSet<>(program.options()))
                        .as("%s", List.of(line))
                        .isEqualTo(byPicocli(new Fleetauth(environment, Cli::run), line));
            }
        }
        assertThat(read).isGreaterThan(LINES / 20);
    }

    static List<String> commands() {
        return Stream.concat(Commands.NAMES.stream(), Stream.of("__complete")).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "token -p car",
                "token --profile car --format header --store file:/store",
                "token --profile=car --format=curl --store=postgresql://me@host/base",
                "token --home /home -q --no-input --min-validity 5m --no-refresh",
                "token --out token.txt --color never -v",
                "refresh --after-refresh ./keep",
                "exec -- ls -l --help",
                "exec --min-validity 10m -- ls",
                "status --format json --fail-if-expiring 14d",
                "inspect --id-token",
                "inspect token.txt --verify",
                "login --type partner --client-id me --client-secret-file secret",
                "logout -p old --forget",
                "revoke --probe",
                "region eu",
                "discover --region cn",
                "explain login_required",
                "import car.jwe --replace",
                "export --out car.jwe",
                "doctor --format json",
                "completion zsh",
                "__complete -- token -p ca"
            })
    void theUsualLinesAreRead(String line) {
        Environment environment = environment(new TestShell(folder), new ByteArrayOutputStream());
        assertThat(ShortCut.read(new Fleetauth(environment, Cli::run), line.split(" ", -1)))
                .isInstanceOf(Subcommand.class);
    }

    private String[] line(String name, List<OptionSpec> options) {
        List<String> line = new ArrayList<>(List.of(name));
        for (OptionSpec option : options) {
            if (option.required() && option.group() == null && random.nextInt(4) > 0) {
                line.addAll(List.of(option.longestName(), value(option)));
            }
        }
        for (int words = random.nextInt(4); words > 0; words--) {
            if (random.nextInt(4) == 0) {
                line.add(oneOf(WORDS));
                continue;
            }
            OptionSpec option = options.get(random.nextInt(options.size()));
            String value = value(option);
            if (option.arity().max() == 0) {
                line.add(oneOf(List.of(option.names())));
            } else if (random.nextBoolean()) {
                line.add(oneOf(List.of(option.names())) + "=" + value);
            } else {
                line.addAll(List.of(oneOf(List.of(option.names())), value));
            }
        }
        line.addAll(oneOf(List.of(List.of(), List.of(), List.of("bash"), List.of("--", oneOf(WORDS)))));
        return line.toArray(String[]::new);
    }

    /** A value for the option, usually a valid one. */
    private String value(OptionSpec option) {
        if (random.nextInt(8) == 0) {
            return oneOf(WORDS);
        }
        if (option.type() == Duration.class) {
            return oneOf(List.of("90s", "1h30m", "2d"));
        }
        if (option.type().isEnum()) {
            return String.valueOf(oneOf(List.of(option.type().getEnumConstants())))
                    .toLowerCase(Locale.ROOT);
        }
        return oneOf(List.of("car", "eu", "/tmp", "file:/tmp", "c4r.jwe"));
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
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
        ParseResult command = commandLine.getParseResult().subcommand();
        TreeSet<String> options = new TreeSet<>();
        command.matchedOptions().forEach(option -> options.add(option.longestName()));
        return settings(program, (Subcommand) command.commandSpec().userObject()) + options;
    }

    private static String settings(Fleetauth program, Subcommand command) {
        List<String> settings = new ArrayList<>();
        addSettings(program, settings);
        addSettings(command, settings);
        return String.join(" ", settings);
    }

    /** Adds the fields that picocli sets in an object and in its mixins. */
    private static void addSettings(Object of, List<String> settings) {
        for (Field field : of.getClass().getDeclaredFields()) {
            try {
                field.setAccessible(true);
                if (field.isAnnotationPresent(Mixin.class)) {
                    addSettings(field.get(of), settings);
                } else if (field.getAnnotations().length > 0) {
                    settings.add(field.getName() + "=" + field.get(of));
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** With random homes, lines, variables and times, a line has the same result with and without picocli. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void bothParsersGiveTheSameResult() throws IOException {
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
            String description = template.getFileName() + " " + List.of(line) + " " + shell.variables()
                    + shell.clock().instant();

            Homes.copy(template, home);
            Outcome byPicocli = run(shell, Cli::executeByPicocli, line);
            List<String> after = Homes.files(home);
            Homes.copy(template, home);
            assertThat(run(shell, Cli::run, line)).as(description).isEqualTo(byPicocli);
            assertThat(Homes.files(home)).as(description).isEqualTo(after);
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

    /** One of the values, or null. */
    private @Nullable String oneOfOrNone(String... values) {
        int at = random.nextInt(values.length + 1);
        return at == values.length ? null : values[at];
    }

    /** A random line, usually one that can be read without picocli. */
    private String[] usualLine() {
        List<String> line = new ArrayList<>(oneOf(
                List.of("token", "--no-refresh"),
                List.of("token", "--no-refresh"),
                List.of("token", "--no-refresh"),
                List.of("status"),
                List.of("inspect"),
                List.of("exec", "--"),
                List.of("key")));
        line.addAll(oneOf(
                List.of(), List.of(), List.of(), List.of(), List.of("--store", "file:"), List.of("--store=none")));
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

    /** The result of a run. */
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
