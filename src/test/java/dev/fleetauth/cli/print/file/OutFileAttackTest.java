package dev.fleetauth.cli.print.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.cli.line.Cli;
import dev.fleetauth.host.Environment;
import dev.fleetauth.testing.OtherUser;
import dev.fleetauth.testing.Programs;
import dev.fleetauth.testing.ShellAndSandbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another user who can write to the directory of an output file keeps replacing everything in it. */
@Tag("host-program")
@Tag("any-jdk")
class OutFileAttackTest {

    private static final int ATTEMPTS = 40;

    /** Replaces the temporary files and the file itself with links, and reads what it can. */
    private static final String FILES = """
            while (1) {
                for my $file (glob("$dir/.token*.tmp"), "$dir/token") {
                    if (-e $file || $file =~ /token$/) {
                        open(my $in, '<', $file) and print {$got} <$in>;
                        rename($file, "$dir/taken" . $n++ % 50) if $file =~ /tmp$/;
                        symlink($n % 2 ? $precious : $mine, $file);
                        unlink($file) if $n++ % 3 == 0;
                    }
                }
            }
            """;

    /** Exchanges the directory with a link to another one, and back. */
    private static final String FOLDERS = """
            mkdir "$dir/folder"; chmod 0777, "$dir/folder"; symlink($private, "$dir/link");
            while (1) {
                rename("$dir/folder", "$dir/away"); rename("$dir/link", "$dir/folder");
                rename("$dir/folder", "$dir/link"); rename("$dir/away", "$dir/folder");
            }
            """;

    private enum Attack {
        FILES_IN_SHARED_DIRECTORY(FILES, true, "token"),
        FILES_IN_ATTACKERS_DIRECTORY(FILES, false, "token"),
        FOLDERS_IN_SHARED_DIRECTORY(FOLDERS, true, "folder/token"),
        FOLDERS_IN_ATTACKERS_DIRECTORY(FOLDERS, false, "folder/token");

        final String script;
        final boolean isShared;
        final String out;

        Attack(String script, boolean isShared, String out) {
            this.script = script;
            this.isShared = isShared;
            this.out = out;
        }
    }

    @TempDir
    private Path folder;

    private ShellAndSandbox fixture;

    @BeforeEach
    void setUp() throws IOException {
        OtherUser.requireRoot();
        Programs.require("perl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        fixture = ShellAndSandbox.tesla(Files.createDirectory(folder.resolve("fixture")))
                .loggedIn();
    }

    @AfterEach
    void end() throws IOException {
        if (fixture != null) {
            fixture.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void noTokenIsReadAndNoFileIsOverwritten(Attack attack) throws Exception {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Path got = Files.createFile(theirs.resolve("got"));
        Path mine = Files.createFile(theirs.resolve("mine"));
        OtherUser.give(theirs);
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path precious = Files.writeString(closed.resolve("token"), "precious");
        if (attack.isShared) {
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        } else {
            OtherUser.give(shared);
        }
        String token = fixture.token();
        Process attacker = begin(attack, shared, got, mine, precious);
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                // The command may fail, and may leave anything in the directory.
                Cli.run(
                        environment(),
                        "token",
                        "--out",
                        shared.resolve(attack.out).toString());
                assertThat(precious).hasContent("precious");
            }
        } finally {
            attacker.destroyForcibly().waitFor();
        }

        assertThat(closed).isDirectoryContaining(precious::equals);
        try (Stream<Path> files = Files.list(closed)) {
            assertThat(files).containsExactly(precious);
        }
        assertThat(Files.readString(mine)).doesNotContain(token);
        if (attack.isShared) {
            // In the attacker's own directory, root gives the file to the attacker.
            assertThat(Files.readString(got)).doesNotContain(token);
        }
    }

    private Environment environment() {
        return fixture.shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private static Process begin(Attack attack, Path shared, Path got, Path mine, Path precious) throws Exception {
        List<String> words = new ArrayList<>(OtherUser.setpriv());
        words.addAll(List.of(
                "perl",
                "-e",
                "our ($dir, $gotten, $mine, $precious, $private) = @ARGV; our $n = 0; open(our $got, '>>', $gotten);"
                        + " $got->autoflush(1); print STDOUT \"ready\\n\"; STDOUT->flush;"
                        + attack.script,
                shared.toString(),
                got.toString(),
                mine.toString(),
                precious.toString(),
                String.valueOf(precious.getParent())));
        Process attacker = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(attacker.getInputStream().read()).isPositive();
        return attacker;
    }
}
