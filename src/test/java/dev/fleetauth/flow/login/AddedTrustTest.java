package dev.fleetauth.flow.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.testing.ShellAndSandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authorities that a profile trusts in addition to the system's are shown, because the profile keeps trusting them. */
class AddedTrustTest {

    private static final HeldCertificate ROOT = new HeldCertificate.Builder()
            .commonName("Corporate \u202eroot")
            .validityInterval(0, TimeUnit.DAYS.toMillis(40_000))
            .certificateAuthority(0)
            .build();

    @TempDir
    Path folder;

    @Test
    void anAddedAuthorityIsShown() throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(ROOT.certificate().getEncoded());
        String fingerprint = HexFormat.of().formatHex(hash);
        String shown =
                "Corporate \\u202eroot, SHA-256 " + fingerprint.substring(0, 32) + "..., until 2079-07-08T00:00:00Z";
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            Path pem = Files.writeString(folder.resolve("root.pem"), "a name\n" + ROOT.certificatePem());
            fixture.shell.variable("FLEETAUTH_CACERT", pem.toString()).browser(Agent.allowing());
            fixture.login().exits(0).says("Profile 'default' now also trusts", shown);
            fixture.shell.variable("FLEETAUTH_CACERT", null);
            fixture.login("-p", "plain").exits(0);

            assertThat(fixture.shell.run("status", "-p", "default").exits(0).out())
                    .contains("also trusts", shown);
            assertThat(fixture.shell.run("status", "-p", "plain").exits(0).out())
                    .doesNotContain("also trusts");
            JsonNode status = new ObjectMapper()
                    .readTree(fixture.shell.run("status", "--format", "json").out());
            JsonNode trust = status.get(0).get("added_trust");
            assertThat(trust).hasSize(1);
            assertThat(trust.get(0).get("sha256").textValue()).isEqualTo(fingerprint);
            assertThat(trust.get(0).get("expires_at").textValue()).isEqualTo("2079-07-08T00:00:00Z");
            assertThat(status.get(1).get("added_trust")).isEmpty();
            assertThat(fixture.shell.run("doctor").out()).contains("also trusts", shown);

            // The trust remains without the variable, and after a move.
            fixture.login().exits(0).says("also trusts", shown);
            Path key = folder.resolve("export.key");
            fixture.shell.run("key", "new-file", key.toString()).exits(0);
            fixture.shell.allowSecretsIn(key).variable("FLEETAUTH_EXPORT_KEY_FILE", key.toString());
            String export = fixture.shell.run("export").exits(0).line();
            fixture.shell
                    .runWithInput(export, "import", "-", "-p", "moved")
                    .exits(0)
                    .says("is on this machine", "Profile 'moved' now also trusts", shown);
        }
    }
}
