package dev.fleetauth.flow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.sandbox.Agent;
import dev.fleetauth.sandbox.FreePort;
import dev.fleetauth.sandbox.Sandbox;
import dev.fleetauth.sandbox.SandboxOptions;
import dev.fleetauth.sandbox.provider.Endpoint;
import dev.fleetauth.sandbox.server.Fault;
import dev.fleetauth.testing.ShellAndSandbox;
import dev.fleetauth.testing.TestShell;
import dev.fleetauth.testing.TestShell.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A profile's region: hints are shown but change nothing; only the user does. */
class RegionCommandTest {

    @TempDir
    Path folder;

    @Test
    void theHintsAreShownAndAgree() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            Result region = stage.shell.run("region").exits(0);
            assertThat(region.out())
                    .contains("na, North America", "NA_: agrees", "NA: agrees", stage.issuer())
                    .doesNotContain("suggests");
            assertThat(region.err()).isEmpty();
            assertThat(stage.sandbox.received(Endpoint.API)).isEmpty();
        }
    }

    @Test
    void detectQueriesOnlyTheFleetApiOfTheRegion() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            stage.sandbox.home("eu");
            stage.expire();
            Result region = stage.shell.run("region", "--detect").exits(0);
            assertThat(region.out()).contains("fleet api      eu: suggests eu, not na");
            region.says("the Fleet API says eu", "fleetauth region -p default eu");
            assertThat(stage.posts("refresh_token")).isEqualTo(1);
            assertThat(stage.sandbox.received(Endpoint.API))
                    .singleElement()
                    .matches(request -> request.path().equals("/api/1/users/region"));
            assertThat(region(stage)).as("a hint overrides nothing").isEqualTo("na");
        }
    }

    @Test
    void onlyKnownHostsOfAResponseAreSuggested() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            stage.sandbox.enqueue(
                    Endpoint.API,
                    Fault.response(
                            421,
                            "application/json",
                            "{\"error\":\"user out of region, use base URL: https://fleet-api.prd.eu.vn.cloud.tesla.com\"}"));
            stage.shell.run("region", "--detect").exits(0).says("fleetauth region -p default eu");
            stage.sandbox.enqueue(
                    Endpoint.API, Fault.response(200, "application/json", "{\"response\":{\"region\":\"cn\"}}"));
            stage.shell
                    .run("region", "--detect")
                    .exits(0)
                    .says("fleetauth login -p default --region cn --client-id ID --replace");
            stage.sandbox.enqueue(
                    Endpoint.API,
                    Fault.response(421, "application/json", "{\"error\":\"use base URL: https://fleet-api.example\"}"));
            assertThat(stage.shell.run("region", "--detect").exits(6).err()).doesNotContain("fleet-api.example");
            stage.sandbox.enqueue(
                    Endpoint.API, Fault.response(401, "application/json", "{\"error\":\"invalid bearer token\"}"));
            stage.shell.run("region", "--detect").exits(4);
            stage.sandbox.enqueue(
                    Endpoint.API, Fault.response(403, "application/json", "{\"error\":\"Unauthorized\"}"));
            stage.shell.run("region", "--detect").exits(5).says("Unauthorized");
            stage.sandbox.enqueue(Endpoint.API, Fault.accessDenied());
            stage.shell.run("region", "--detect").exits(6);
        }
    }

    @Test
    void naAndEuAreChangedWithoutALogin() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            String token = stage.token();
            stage.shell.run("region", "eu").exits(0).says("hint suggests region na", "fleetauth region -p default na");
            assertThat(region(stage)).isEqualTo("eu");
            assertThat(stage.token()).isEqualTo(token);
            stage.expire();
            stage.token();
            assertThat(stage.posts("authorization_code")).isEqualTo(1);
            stage.shell.browser(Agent.allowing());
            stage.shell.run("login").exits(0);
            assertThat(region(stage)).as("a later login keeps it").isEqualTo("eu");
            stage.shell.run("region", "na", "--detect").exits(0);
            assertThat(region(stage)).isEqualTo("na");
        }
    }

    @Test
    void chinaNeedsALogin() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder).loggedIn()) {
            stage.shell.run("region", "cn").exits(4).printsNothing().says("--region cn", "--replace");
            assertThat(region(stage)).isEqualTo("na");
            stage.shell.run("region", "mars").exits(2);
        }
    }

    @Test
    void onlyTeslaHasRegions(@TempDir Path other) throws IOException {
        try (ShellAndSandbox strict = ShellAndSandbox.strict(folder).loggedIn()) {
            strict.shell.run("region").exits(2).says("only Tesla has regions");
            strict.shell.run("region", "eu").exits(2);
        }
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(other)) {
            stage.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", stage.sandbox.clientSecret().reveal());
            stage.shell
                    .run(
                            "login",
                            "--type",
                            "partner",
                            "--issuer",
                            stage.issuer(),
                            "--client-id",
                            stage.sandbox.clientId())
                    .exits(0);
            stage.shell.run("region", "--detect").exits(2).says("type partner");
            assertThat(stage.shell.run("region", "eu").exits(0).err())
                    .as("an application's token hints at no person")
                    .isEmpty();
            assertThat(stage.sandbox.received(Endpoint.API)).isEmpty();
        }
    }

    /** The sandbox's default audience is the same in every region, so only a chosen one is tested. */
    @Test
    void aChosenAudienceStaysWhenTheRegionChanges() throws IOException {
        try (ShellAndSandbox stage = ShellAndSandbox.tesla(folder)) {
            stage.loggedIn("--audience", "https://fleet-api.prd.eu.vn.cloud.tesla.com");
            stage.shell.run("region", "eu").exits(0);
            assertThat(Objects.requireNonNull(stage.shell.stored("default"))
                            .session()
                            .settings()
                            .audience())
                    .isEqualTo("https://fleet-api.prd.eu.vn.cloud.tesla.com");
        }
    }

    @Test
    void aLoginReportsHintsAtAnotherRegion() throws IOException {
        var shell = new TestShell(folder);
        String redirectUri = "http://localhost:" + FreePort.next() + "/callback";
        try (Sandbox sandbox = Sandbox.start(
                SandboxOptions.TESLA.withRegion("eu").withRedirectUris(redirectUri), shell.clock(), shell.random())) {
            shell.watch(sandbox).browser(Agent.allowing());
            shell.variable("FLEETAUTH_CLIENT_SECRET", sandbox.clientSecret().reveal());
            shell.run(
                            "login",
                            "--type",
                            "third-party",
                            "--issuer",
                            sandbox.base().toString(),
                            "--client-id",
                            sandbox.clientId(),
                            "--redirect-uri",
                            redirectUri)
                    .exits(0)
                    .says(
                            "A hint suggests region eu, but this profile has na: the refresh token begins with EU_, the access"
                                    + " token has the ou_code EU, the authorization code began with EU_",
                            "fleetauth region -p default eu");
        }
    }

    private static String region(ShellAndSandbox stage) {
        return Objects.requireNonNull(Objects.requireNonNull(stage.shell.stored("default"))
                .session()
                .settings()
                .region());
    }
}
