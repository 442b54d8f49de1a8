package dev.fleetauth.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which browser is started, and how. */
@DisabledOnOs(OS.WINDOWS)
class SystemBrowserTest {

    /** An address with characters that a shell would interpret. */
    private static final URI PAGE = URI.create("https://provider.example/authorize?a=1&b=$(id)%20%3B'x'");

    @TempDir
    Path folder;

    private final Map<String, String> variables = new HashMap<>();
    private Path browser;
    private Path opened;

    @BeforeEach
    void createBrowserThatRecordsItsArguments() throws IOException {
        opened = folder.resolve("opened");
        browser = program("browser", "for word; do printf '%s\\n' \"$word\"; done >>'" + opened + "'");
    }

    private Path program(String name, String script) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private boolean open() {
        return new SystemBrowser(variables, OperatingSystem.LINUX, folder).open(PAGE);
    }

    private List<String> opened() throws IOException {
        return Files.exists(opened) ? Files.readAllLines(opened) : List.of();
    }

    @Test
    void theConfiguredCommandGetsTheAddressAfterItsArguments() throws IOException {
        variables.put("FLEETAUTH_BROWSER", browser + " --new-window");
        variables.put("BROWSER", "false");
        assertThat(open()).isTrue();
        assertThat(opened()).containsExactly("--new-window", PAGE.toString());
    }

    @Test
    void aConfiguredCommandThatFailsIsNotReplaced() throws IOException {
        variables.put("FLEETAUTH_BROWSER", "false");
        variables.put("BROWSER", browser.toString());
        assertThat(open()).isFalse();
        assertThat(opened()).isEmpty();
    }

    @Test
    void theAddressReplacesPercentSInBrowser() throws IOException {
        variables.put("BROWSER", browser + " --url %s --private");
        assertThat(open()).isTrue();
        assertThat(opened()).containsExactly("--url", PAGE.toString(), "--private");
    }

    @Test
    void ofSeveralCommandsTheFirstThatSucceedsIsUsed() throws IOException {
        variables.put("BROWSER", "false: :" + browser + ":" + program("second", "echo second >>'" + opened + "'"));
        assertThat(open()).isTrue();
        assertThat(opened()).containsExactly(PAGE.toString());
    }

    /** BROWSER stands for the program. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "BROWSER '%s' | PAGE",
                "BROWSER \"%s\" | PAGE",
                "BROWSER %s | PAGE",
                "BROWSER --url='%s' -x | --url=PAGE,-x",
                "BROWSER \"--url=%s end\" | --url=PAGE end",
                "BROWSER '--url=%s end' | --url=PAGE end",
                "BROWSER --app=%s 'two words' | --app=PAGE,two words",
                "BROWSER 'two words' \"it's\" | two words,it's,PAGE",
                "BROWSER '\"%s\"' | \"PAGE\"",
                "BROWSER it\\'s %s | it's,PAGE",
                "BROWSER %s %s | PAGE,PAGE",
                "'BROWSER' a:b | a:b,PAGE"
            })
    void theAddressReplacesPercentSQuotedOrNot(String command, String arguments) throws IOException {
        List<String> expected =
                List.of(arguments.replace("PAGE", PAGE.toString()).split(",", -1));
        variables.put("FLEETAUTH_BROWSER", command.replace("BROWSER", browser.toString()));
        assertThat(open()).isTrue();
        assertThat(opened()).isEqualTo(expected);

        Files.delete(opened);
        variables.remove("FLEETAUTH_BROWSER");
        variables.put(
                "BROWSER",
                "false:" + command.replace("BROWSER", browser.toString()).replace("a:b", "'a:b'") + ":false");
        assertThat(open()).isTrue();
        assertThat(opened()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLEETAUTH_BROWSER", "BROWSER"})
    void aPathMayContainSpaces(String variable) throws IOException {
        variables.put(
                variable,
                Files.move(browser, folder.resolve("my own 'browser'")).toString());
        assertThat(open()).isTrue();
        assertThat(opened()).containsExactly(PAGE.toString());
    }

    @Test
    void anUnterminatedQuoteStartsNothing() throws IOException {
        variables.put("FLEETAUTH_BROWSER", browser + " '%s");
        assertThat(open()).isFalse();
        assertThat(opened()).isEmpty();
    }

    @Test
    void onWindowsNoShellReadsTheCommand() {
        variables.put("FLEETAUTH_BROWSER", "\"C:\\Program Files\\x.exe\" --url=%s \"a b\"");
        assertThat(new SystemBrowser(variables, OperatingSystem.WINDOWS, folder).commands("PAGE"))
                .containsExactly(List.of("C:\\Program Files\\x.exe", "--url=PAGE", "a b"));
        variables.put("FLEETAUTH_BROWSER", "C:\\Program Files\\x.exe");
        assertThat(new SystemBrowser(variables, OperatingSystem.WINDOWS, folder).commands("PAGE"))
                .containsExactly(List.of("C:\\Program Files\\x.exe", "PAGE"));
    }

    @Test
    void withoutADisplayNoBrowserIsStarted() {
        variables.put("PATH", folder.toString());
        assertThat(open()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX, DISPLAY, xdg-open PAGE",
        "LINUX, WAYLAND_DISPLAY, xdg-open PAGE",
        "LINUX, WSL_DISTRO_NAME, 'rundll32.exe url.dll,FileProtocolHandler PAGE'",
        "MACOS, NOTHING, open PAGE",
        "WINDOWS, NOTHING, 'C:\\Windows\\System32\\rundll32.exe url.dll,FileProtocolHandler PAGE'",
        "WINDOWS, BROWSER, 'C:\\Windows\\System32\\rundll32.exe url.dll,FileProtocolHandler PAGE'",
        "WINDOWS, FLEETAUTH_BROWSER, set PAGE",
    })
    void eachDesktopHasItsOwnCommand(OperatingSystem system, String variable, String command) {
        variables.put(variable, "set");
        assertThat(new SystemBrowser(variables, system, folder).commands("PAGE"))
                .containsExactly(List.of(command.split(" ", -1)));
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX, FLEETAUTH_BROWSER, set, the command in FLEETAUTH_BROWSER",
        "LINUX, BROWSER, set, the command in BROWSER",
        "LINUX, BROWSER, :, ''",
        "LINUX, DISPLAY, set, xdg-open",
        "LINUX, NOTHING, set, ''",
        "MACOS, BROWSER, set, the command in BROWSER",
        "WINDOWS, BROWSER, set, 'C:\\Windows\\System32\\rundll32.exe'",
        "WINDOWS, FLEETAUTH_BROWSER, set, the command in FLEETAUTH_BROWSER"
    })
    void messagesNameTheCommandThatIsUsed(OperatingSystem system, String variable, String value, String name) {
        variables.put(variable, value);
        assertCommand(system, name);
    }

    @Test
    void inAnSshSessionWindowsHasNoBrowserEvenIfBrowserIsSet() {
        variables.put("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
        variables.put("BROWSER", "set");
        assertCommand(OperatingSystem.WINDOWS, "");
    }

    private void assertCommand(OperatingSystem system, String name) {
        var tested = new SystemBrowser(variables, system, folder);
        assertThat(tested.command()).isEqualTo(name);
        assertThat(tested.isAvailable()).isEqualTo(!name.isEmpty());
    }

    /** A custom scheme may start any program, and a text that begins with a dash may be an option. */
    @ParameterizedTest
    @ValueSource(
            strings = {"javascript:alert(1)", "file:///etc/passwd", "--help", "HTTPS-handler:x", "/x", "tesla://x"})
    void onlyHttpAddressesAreOpened(String page) throws IOException {
        variables.put("FLEETAUTH_BROWSER", browser.toString());
        assertThat(new SystemBrowser(variables, OperatingSystem.LINUX, folder).open(URI.create(page)))
                .isFalse();
        assertThat(opened()).isEmpty();
    }

    @Test
    void inAnSshSessionNoBrowserIsStarted() {
        variables.put("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");
        for (OperatingSystem system : OperatingSystem.values()) {
            var remote = new SystemBrowser(variables, system, folder);
            assertThat(remote.whyRemote()).contains("SSH");
            assertThat(remote.open(PAGE)).isFalse();
        }
    }

    @Test
    void aContainerIsDetectedByItsMarkerFile() throws IOException {
        assertThat(new SystemBrowser(variables, OperatingSystem.LINUX, folder).whyRemote())
                .isEmpty();
        Files.createFile(folder.resolve(".dockerenv"));
        assertThat(new SystemBrowser(variables, OperatingSystem.LINUX, folder).whyRemote())
                .isEqualTo("this is a container");
    }

    @Test
    void aContainerIsDetectedByItsVariable() {
        variables.put("container", "podman");
        assertThat(new SystemBrowser(variables, OperatingSystem.LINUX, folder).whyRemote())
                .isEqualTo("this is a container");
    }
}
