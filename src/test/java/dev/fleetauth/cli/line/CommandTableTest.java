package dev.fleetauth.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.Fleetauth;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.testing.TestShell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Generates {@link CommandTable} from picocli's model, and fails if the one in the sources differs. */
class CommandTableTest {

    /** The types that {@link ShortCut} converts, in addition to enums. */
    private static final Set<String> TYPES = Set.of("boolean", "String", "Path", "Duration", "ProfileName");

    private static final Path SOURCE =
            Path.of("src/main/java", CommandTable.class.getName().replace('.', '/') + ".java");

    private static final String BEGIN = """
            package %s;

            import org.jspecify.annotations.Nullable;

            /**
             * The commands as picocli's model describes them, which is slow to build. Written by {@code CommandTableTest};
             * {@link Argument} describes the format of a line.
             */
            final class CommandTable {

                private CommandTable() {}
            """;

    @TempDir
    Path folder;

    @Test
    void theTableMatchesPicocli() throws IOException {
        CommandSpec program = Commands.all(new Fleetauth(
                        new TestShell(folder)
                                .environment(
                                        InputStream.nullInputStream(),
                                        OutputStream.nullOutputStream(),
                                        OutputStream.nullOutputStream()),
                        Cli::run))
                .getCommandSpec();
        Map<String, String> arguments = new LinkedHashMap<>();
        Map<String, String> help = new LinkedHashMap<>();
        arguments.put("", arguments(program));
        collect(program, "", arguments, help);
        String written = BEGIN.formatted(CommandTable.class.getPackageName())
                + method(
                        "/** The options, arguments and subcommands of a command, one per line. */",
                        "static String arguments",
                        arguments,
                        "\"\"")
                + method(
                        "/** The help of a command; null if this table has none. */",
                        "static @Nullable String help",
                        help,
                        "null")
                + "}\n";
        Path target = Files.writeString(Path.of("target", SOURCE.getFileName().toString()), written);
        assertThat(SOURCE)
                .as("the commands have changed: cp %s %s", target, SOURCE)
                .content()
                .isEqualTo(written);
    }

    private static void collect(
            CommandSpec command, String path, Map<String, String> arguments, Map<String, String> help) {
        command.subcommands().forEach((name, next) -> {
            CommandSpec spec = next.getCommandSpec();
            String subpath = (path + " " + name).strip();
            arguments.put(subpath, arguments(spec));
            if (!spec.usageMessage().hidden()) {
                help.put(subpath, CommandHelp.of(spec));
            }
            collect(spec, subpath, arguments, help);
        });
    }

    private static String method(String javadoc, String name, Map<String, String> texts, String otherwise) {
        StringBuilder method = new StringBuilder(
                "\n    " + javadoc + "\n    " + name + "(String command) {\n        return switch (command) {\n");
        texts.forEach((command, text) -> {
            method.append("            case \"").append(command).append("\" -> \"\"\"\n");
            text.lines()
                    .map(line -> line.replace("\\", "\\\\"))
                    .forEach(line -> method.append(line.isEmpty() ? "" : " ".repeat(20) + line)
                            .append('\n'));
            method.append(" ".repeat(20)).append("\"\"\";\n");
        });
        return method.append("            default -> ")
                .append(otherwise)
                .append(";\n        };\n    }\n")
                .toString();
    }

    private static String arguments(CommandSpec command) {
        List<String> lines = new ArrayList<>();
        command.positionalParameters().forEach(argument -> lines.add(line("", argument, command)));
        command.options().stream()
                .filter(option -> !option.hidden() && (command.parent() == null || !CommandHelp.isShared(option)))
                .forEach(option -> lines.add(line(names(option), option, command)));
        command.subcommands().forEach((name, next) -> {
            if (!next.getCommandSpec().usageMessage().hidden()) {
                lines.add(name + "||||||"
                        + sentence(next.getCommandSpec().usageMessage().description()));
            }
        });
        return String.join("\n", lines);
    }

    private static String names(OptionSpec option) {
        return Stream.of(option.names())
                .sorted(Comparator.comparing(String::length).reversed())
                .collect(Collectors.joining(" "));
    }

    private static String line(String names, ArgSpec argument, CommandSpec command) {
        String label = argument.arity().max() == 0 ? "" : argument.paramLabel();
        List<String> values = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(value -> values.add(value.toLowerCase(Locale.ROOT)));
        }
        return String.join(
                "|",
                names,
                argument.arity() + (argument.required() && argument.group() == null ? "!" : ""),
                type(argument),
                field(argument, command),
                label,
                String.join(" ", values),
                sentence(argument.description()));
    }

    /** The type of an argument. Profiles are a list, but {@link ShortCut} reads only one. */
    private static String type(ArgSpec argument) {
        Class<?> element = argument.auxiliaryTypes()[0];
        return (element == ProfileName.class ? element : argument.type()).getSimpleName();
    }

    /** The path to the field to set; empty if picocli does more than set a field. */
    private static String field(ArgSpec argument, CommandSpec command) {
        boolean isSimple = TYPES.contains(type(argument))
                || argument.type().isEnum()
                || (argument.isPositional() && argument.type() == List.class);
        boolean isOther = argument.group() != null
                || !(argument.userObject() instanceof Field)
                || (argument instanceof OptionSpec option
                        && (option.usageHelp()
                                || option.versionHelp()
                                || option.arity().isVariable()));
        return isSimple && !isOther ? path(command.userObject(), (Field) argument.userObject()) : "";
    }

    /** The path from a command to a field of its own or of one of its mixins. */
    private static String path(Object from, Field to) {
        for (Field field : from.getClass().getDeclaredFields()) {
            if (field.equals(to)) {
                return field.getName();
            }
        }
        for (Field mixin : from.getClass().getDeclaredFields()) {
            if (mixin.isAnnotationPresent(Mixin.class)) {
                try {
                    mixin.setAccessible(true);
                    String rest = path(mixin.get(from), to);
                    if (!rest.isEmpty()) {
                        return mixin.getName() + "." + rest;
                    }
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return "";
    }

    /** The first sentence, without its period. */
    private static String sentence(String... description) {
        String first = CommandHelp.firstSentence(description.length == 0 ? "" : description[0]);
        return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    }
}
