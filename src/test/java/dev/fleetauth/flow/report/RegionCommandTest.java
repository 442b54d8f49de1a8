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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A profile's region: hints are shown but change nothing; only the user does. */
@Tag("any-jdk")
class RegionCommandTest {

    @TempDir
    Path folder;

    @Test
    void theHintsAreShownAndAgree() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            Result region = fixture.shell.run("region").exits(0);
            assertThat(region.out())
                    .contains("na, North America", "NA_: agrees", "NA: agrees", fixture.issuer())
                    .doesNotContain("suggests");
            assertThat(region.err()).isEmpty();
            assertThat(fixture.sandbox.received(Endpoint.API)).isEmpty();
        }
    }

    @Test
    void detectQueriesOnlyTheFleetApiOfTheRegion() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.sandbox.setHomeRegion("eu");
            fixture.expire();
            Result region = fixture.shell.run("region", "--detect").exits(0);
            assertThat(region.out()).contains("fleet api      eu: suggests eu, not na");
            region.says("the Fleet API says eu", "fleetauth region -p default eu");
            assertThat(fixture.posts("refresh_token")).isEqualTo(1);
            assertThat(fixture.sandbox.received(Endpoint.API))
                    .singleElement()
                    .matches(request -> request.path().equals("/api/1/users/region"));
            assertThat(region(fixture)).as("a hint overrides nothing").isEqualTo("na");
        }
    }

    @Test
    void onlyKnownHostsOfAResponseAreSuggested() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.sandbox.enqueue(
                    Endpoint.API,
                    Fault.response(
                            421,
                            "application/json",
                            "{\"error\":\"user out of region, use base URL: https://fleet-api.prd.eu.vn.cloud.tesla.com\"}"));
            fixture.shell.run("region", "--detect").exits(0).says("fleetauth region -p default eu");
            fixture.sandbox.enqueue(
                    Endpoint.API, Fault.response(200, "application/json", "{\"response\":{\"region\":\"cn\"}}"));
            fixture.shell
                    .run("region", "--detect")
                    .exits(0)
                    .says("fleetauth login -p default --region cn --client-id ID --replace");
            fixture.sandbox.enqueue(
                    Endpoint.API,
                    Fault.response(421, "application/json", "{\"error\":\"use base URL: https://fleet-api.example\"}"));
            assertThat(fixture.shell.run("region", "--detect").exits(6).err()).doesNotContain("fleet-api.example");
            fixture.sandbox.enqueue(
                    Endpoint.API, Fault.response(401, "application/json", "{\"error\":\"invalid bearer token\"}"));
            fixture.shell.run("region", "--detect").exits(4);
            fixture.sandbox.enqueue(
                    Endpoint.API, Fault.response(403, "application/json", "{\"error\":\"Unauthorized\"}"));
            fixture.shell.run("region", "--detect").exits(5).says("Unauthorized");
            fixture.sandbox.enqueue(Endpoint.API, Fault.accessDenied());
            fixture.shell.run("region", "--detect").exits(6);
        }
    }

    @Test
    void naAndEuAreChangedWithoutALogin() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            String token = fixture.token();
            fixture.shell
                    .run("region", "eu")
                    .exits(0)
                    .says("hint suggests region na", "fleetauth region -p default na");
            assertThat(region(fixture)).isEqualTo("eu");
            assertThat(fixture.token()).isEqualTo(token);
            fixture.expire();
            fixture.token();
            assertThat(fixture.posts("authorization_code")).isEqualTo(1);
            fixture.shell.browser(Agent.allowing());
            fixture.shell.run("login").exits(0);
            assertThat(region(fixture)).as("a later login keeps it").isEqualTo("eu");
            fixture.shell.run("region", "na", "--detect").exits(0);
            assertThat(region(fixture)).isEqualTo("na");
        }
    }

    @Test
    void chinaNeedsALogin() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder).loggedIn()) {
            fixture.shell
                    .run("region", "cn")
                    .exits(4)
                    .printsNothing()
                    .says("run 'fleetauth login -p default --region cn --client-id ID --replace'");
            assertThat(region(fixture)).isEqualTo("na");
            fixture.shell.run("region", "mars").exits(2);
        }
    }

    @Test
    void onlyTeslaHasRegions(@TempDir Path other) throws IOException {
        try (ShellAndSandbox strict = ShellAndSandbox.strict(folder).loggedIn()) {
            strict.shell.run("region").exits(2).says("only Tesla has regions", "hint: choose a Tesla profile");
            strict.shell.run("region", "eu").exits(2);
        }
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(other)) {
            fixture.shell.variable(
                    "FLEETAUTH_CLIENT_SECRET", fixture.sandbox.clientSecret().reveal());
            fixture.shell
                    .run(
                            "login",
                            "--type",
                            "partner",
                            "--issuer",
                            fixture.issuer(),
                            "--client-id",
                            fixture.sandbox.clientId())
                    .exits(0);
            fixture.shell.run("region", "--detect").exits(2).says("type partner", "hint: omit --detect");
            assertThat(fixture.shell.run("region", "eu").exits(0).err())
                    .as("a partner token has no hints")
                    .isEmpty();
            assertThat(fixture.sandbox.received(Endpoint.API)).isEmpty();
        }
    }

    /** The sandbox's default audience is the same in every region, so only a chosen one is tested. */
    @Test
    void aChosenAudienceStaysWhenTheRegionChanges() throws IOException {
        try (ShellAndSandbox fixture = ShellAndSandbox.tesla(folder)) {
            fixture.loggedIn("--audience", "https://fleet-api.prd.eu.vn.cloud.tesla.com");
            fixture.shell.run("region", "eu").exits(0);
            assertThat(Objects.requireNonNull(fixture.shell.stored("default"))
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

    private static String region(ShellAndSandbox fixture) {
        return Objects.requireNonNull(Objects.requireNonNull(fixture.shell.stored("default"))
                .session()
                .settings()
                .region());
    }
}
