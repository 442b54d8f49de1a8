package dev.fleetauth.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which home is in use if none is named. The launchers look for it too, and must find the same one. */
@DisabledOnOs(OS.WINDOWS)
class DefaultHomeTest {

    @TempDir
    Path user;

    private Path current;
    private Path former;

    @BeforeEach
    void resolveHomes() {
        current = user.resolve(".local/state/fleetauth");
        former = user.resolve(".config/fleetauth");
    }

    private DefaultHome on(OperatingSystem system) {
        return new DefaultHome(system, user, null, null, null);
    }

    private void store(Path home) throws IOException {
        Files.createDirectories(home);
        Files.writeString(home.resolve("keys.jwe"), "");
    }

    private void assertInUse(Path home) {
        assertThat(on(OperatingSystem.LINUX).inUse()).contains(home);
    }

    @Test
    void aNewHomeIsInTheStateDirectory() {
        assertInUse(current);
    }

    @Test
    void aFormerHomeStaysInUse() throws IOException {
        Files.createDirectories(former);
        assertInUse(former);
        store(former);
        assertInUse(former);
        // Empty, as a service manager creates it.
        Files.createDirectories(current);
        assertInUse(former);
    }

    @Test
    void ofTwoStoresTheCurrentOneIsInUse() throws IOException {
        store(former);
        store(current);
        assertInUse(current);
        assertThat(on(OperatingSystem.LINUX).hasUnusedStore()).isTrue();
    }

    @Test
    void aLinkToTheCurrentHomeIsNotASecondStore() throws IOException {
        Files.createDirectories(former.getParent());
        Files.createDirectories(current);
        Files.createSymbolicLink(former, current);
        assertInUse(current);
        store(current);
        assertInUse(current);
        assertThat(on(OperatingSystem.LINUX).hasUnusedStore()).isFalse();
    }

    @Test
    void aLinkToManagedSettingsStaysInUse() throws IOException {
        Files.createDirectories(former.getParent());
        store(user.resolve("managed"));
        Files.createSymbolicLink(former, user.resolve("managed"));
        assertInUse(former);
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX,   .local/state,                .config,        .cache",
        "MACOS,   Library/Application Support, .config,        Library/Caches",
        "WINDOWS, AppData/Local,               AppData/Roaming, "
    })
    void eachSystemHasItsDirectories(OperatingSystem system, String state, String settings, @Nullable String cache) {
        Path home = user.resolve(state).resolve("fleetauth");
        assertThat(on(system).current()).contains(home);
        assertThat(on(system).former()).contains(user.resolve(settings).resolve("fleetauth"));
        assertThat(on(system).cache(home))
                .isEqualTo(cache == null ? home : user.resolve(cache).resolve("fleetauth"));
        assertThat(on(system).cache(Path.of("/chosen"))).isEqualTo(Path.of("/chosen"));
    }

    /** All combinations of variables and homes: the launchers implement the rule in shell. */
    @Test
    void theLaunchersHaveTheSameRule() throws Exception {
        String script = Files.readString(Path.of("src/build/launcher/start.sh"));
        String rule = script.substring(script.indexOf("find_store() {"), script.indexOf("# The C2 compiler"))
                .replace("/usr/libexec/java_home", "/nowhere");
        List<String> values = new ArrayList<>(List.of("", "relative", "~/tilde", user + "/given"));
        for (String named : List.of("", "~/named", user + "/named")) {
            for (String state : values) {
                for (String settings : values) {
                    Map<String, String> variables =
                            Map.of("FLEETAUTH_HOME", named, "XDG_STATE_HOME", state, "XDG_CONFIG_HOME", settings);
                    assertSame(rule, variables);
                }
            }
        }
    }

    private void assertSame(String rule, Map<String, String> variables) throws Exception {
        Environment environment = EnvironmentTest.environment(variables, user.toString());
        DefaultHome places = environment.defaultHome();
        for (int stores = 0; stores < 4; stores++) {
            Path one = places.current().orElseThrow();
            Path other = places.former().orElseThrow();
            if ((stores & 1) != 0) {
                store(one);
            }
            if ((stores & 2) != 0) {
                store(other);
            }
            Path used = environment.home(Optional.empty()).orElseThrow();
            String found = shell(rule, variables);
            // Without keys, it does not matter which home a launcher finds.
            if (Files.exists(used.resolve("keys.jwe")) || Files.exists(Path.of(found, "keys.jwe"))) {
                assertThat(found).as("%s, stores: %s", variables, stores).isEqualTo(used.toString());
            }
            for (Path home : List.of(one, other)) {
                Files.deleteIfExists(home.resolve("keys.jwe"));
                Files.deleteIfExists(home);
            }
        }
    }

    private String shell(String rule, Map<String, String> variables) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", "set -u\n" + rule + "\nfind_store\nprintf %s \"$fa_store\"");
        builder.environment().putAll(variables);
        builder.environment().put("HOME", user.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }
}
