package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.cli.line.Commands;
import dev.fleetauth.flow.login.ParametersTest;
import dev.fleetauth.launcher.InstallTest;
import dev.fleetauth.seal.JoseProgramTest;
import dev.fleetauth.testing.Pages;
import dev.fleetauth.testing.Pages.Block;
import dev.fleetauth.testing.ShellWords;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The program accepts every command line in the docs, and every block of commands is run, here or by a test of its own.
 * A new block needs no code here if it works in a {@link SnippetEnvironment}.
 */
@Tag("any-jdk")
class EverySnippetTest {

    /** The pages, or sections of pages, whose blocks another test runs. */
    private static final Map<String, Class<?>> BY_THEIR_OWN_TEST = Map.ofEntries(
            Map.entry("docs/scripts.md", ScriptsTest.class),
            Map.entry("docs/ci.md", CiRecipesTest.class),
            Map.entry("docs/fleet-api.md", FleetApiPageTest.class),
            Map.entry("docs/dev/performance.md: ", InstallTest.class),
            Map.entry("README.md: Demo", InstallTest.class),
            Map.entry("README.md: Install", InstallTest.class),
            Map.entry("docs/providers.md: Any OpenID provider", ExampleProviderTest.class),
            Map.entry("docs/providers.md: Google, Microsoft, Keycloak, Auth0 and Okta", ParametersTest.class),
            Map.entry("docs/serve.md: Client keys", ServeClientsPageTest.class),
            Map.entry("docs/serve.md: The token endpoint", ServeClientsPageTest.class),
            Map.entry("docs/serve.md: The proxy", ServeClientsPageTest.class),
            Map.entry("docs/shared-store.md: Set it up", SharedStoreSetUpTest.class),
            Map.entry("docs/store-format.md: Opening a store by hand", JoseProgramTest.class));

    /** The headings of blocks that prompt at the terminal; {@link #blocksThatPromptSucceed} runs them. */
    private static final Set<String> TYPED = Set.of("Choosing", "Changing the passphrase");

    /** The prompt before a command in a terminal transcript. */
    private static final Pattern PROMPT = Pattern.compile("^ *\\w*\\$ ");

    @TempDir
    Path folder;

    static Stream<Block> blocksToRun() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : Pages.all()) {
            blocks.addAll(Pages.blocks(page, "sh"));
        }
        return blocks.stream()
                .filter(block -> places(block).noneMatch(BY_THEIR_OWN_TEST::containsKey) && !isTyped(block));
    }

    @ParameterizedTest
    @MethodSource("blocksToRun")
    @EnabledOnOs(OS.LINUX)
    @Tag("host-program")
    void aBlockSucceeds(Block block) throws Exception {
        try (SnippetEnvironment environment = new SnippetEnvironment(folder, block)) {
            Result result = environment.run().exits(0);
            assertThat(result.err()).doesNotContain("fleetauth: error:");
        }
    }

    static Stream<Block> commandRecipes() throws IOException {
        return Pages.blocks(SnippetEnvironment.KEYS, "sh").stream().filter(SnippetEnvironment::setsAKeyCommand);
    }

    @ParameterizedTest
    @MethodSource("commandRecipes")
    @EnabledOnOs(OS.LINUX)
    @Tag("host-program")
    void aRecipeWorksForAnExistingStore(Block block) throws Exception {
        try (SnippetEnvironment environment = new SnippetEnvironment(folder, block)) {
            environment.runWithStore().exits(0);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void blocksThatPromptSucceed() throws Exception {
        List<Block> blocks = Pages.blocks(SnippetEnvironment.KEYS, "sh").stream()
                .filter(EverySnippetTest::isTyped)
                .toList();
        assertThat(blocks).extracting(Block::heading).containsExactlyInAnyOrderElementsOf(TYPED);
        int number = 0;
        for (Block block : blocks) {
            for (List<String> words : ours(block.code())) {
                // Each command is an alternative to the others, and starts with a store that exists.
                Path own = Files.createDirectory(folder.resolve("way" + number++));
                String[] typed = Stream.of(arguments(words))
                        .map(word -> word.replaceFirst("^~", own.toString()))
                        .toArray(String[]::new);
                SnippetEnvironment.withAPassphrase(own).run(typed).exits(0);
            }
        }
    }

    @Test
    void everyPlaceWithATestOfItsOwnExists() throws IOException {
        Set<String> places = new HashSet<>();
        for (Path page : Pages.all()) {
            Pages.blocks(page, "sh").forEach(block -> places(block).forEach(places::add));
        }
        assertThat(places).containsAll(BY_THEIR_OWN_TEST.keySet());
    }

    /** The names of a block's page and section. */
    private static Stream<String> places(Block block) {
        return Stream.of(block.page().toString(), block.page() + ": " + block.heading());
    }

    static Stream<Path> pages() throws IOException {
        return Pages.all().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandLineIsAccepted(Path page) throws IOException {
        CommandLine program = program();
        for (String code : codeOf(page)) {
            ours(code).forEach(words -> assertAccepts(program, words));
        }
        for (String span : Pages.spans(page)) {
            for (List<String> words : ours(span)) {
                assertThatCode(() -> parse(program, words))
                        .as(span)
                        .satisfiesAnyOf(
                                nothing -> assertThat(nothing).isNull(),
                                // Prose may name an option without its value.
                                e -> assertThat(e).isInstanceOf(MissingParameterException.class));
            }
        }
    }

    @Test
    void theExamplesOfTheHelpAreAccepted() {
        CommandLine program = program();
        List<CommandSpec> specs = new ArrayList<>();
        addSpecs(program, specs);
        List<String> examples = specs.stream()
                .flatMap(spec -> Stream.of(spec.usageMessage().footer()))
                .toList();
        assertThat(examples).hasSizeGreaterThan(30);
        for (String example : examples) {
            assertThat(ours(example)).as(example).isNotEmpty().allSatisfy(words -> assertAccepts(program, words));
        }
    }

    /** Code with command lines: the commands to run, and those after a prompt. */
    private static List<String> codeOf(Path page) throws IOException {
        List<String> code = new ArrayList<>();
        for (Block block : Pages.blocks(page)) {
            switch (block.language()) {
                case "sh" -> code.add(block.code());
                case "text" ->
                    block.code().lines().forEach(line -> {
                        Matcher prompt = PROMPT.matcher(line);
                        if (prompt.find()) {
                            code.add(line.substring(prompt.end()));
                        }
                    });
                default -> {
                    // Other languages are covered by the test of their page.
                }
            }
        }
        return code;
    }

    private static void assertAccepts(CommandLine program, List<String> words) {
        assertThatCode(() -> parse(program, words)).as(String.join(" ", words)).doesNotThrowAnyException();
    }

    private static void parse(CommandLine program, List<String> words) {
        program.parseArgs(
                arguments(words.stream().filter(word -> !word.equals("…")).toList()));
    }

    /** The command lines of this program in some code. */
    private static List<List<String>> ours(String code) {
        return ShellWords.commands(code).stream()
                .filter(words ->
                        words.get(0).equals("fleetauth") || words.get(0).equals("./fleetauth"))
                .toList();
    }

    private CommandLine program() {
        TestShell shell = new TestShell(folder);
        return Commands.all(new Fleetauth(
                        shell.environment(
                                InputStream.nullInputStream(),
                                OutputStream.nullOutputStream(),
                                OutputStream.nullOutputStream()),
                        Cli::run))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void addSpecs(CommandLine command, List<CommandSpec> specs) {
        specs.add(command.getCommandSpec());
        command.getSubcommands().values().forEach(next -> addSpecs(next, specs));
    }

    private static boolean isTyped(Block block) {
        return block.page().equals(SnippetEnvironment.KEYS) && TYPED.contains(block.heading());
    }

    private static String[] arguments(List<String> words) {
        return words.stream().skip(1).toArray(String[]::new);
    }
}
