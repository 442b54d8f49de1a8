package dev.fleetauth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.cli.option.ClientOptions;
import dev.fleetauth.cli.option.ProviderOptions;
import dev.fleetauth.cli.option.ReportFormat;
import dev.fleetauth.cli.print.ExitCode;
import dev.fleetauth.cli.print.Explanation;
import dev.fleetauth.cli.print.FindingText;
import dev.fleetauth.cli.print.JsonOutput;
import dev.fleetauth.cli.print.QrText;
import dev.fleetauth.flow.Finding;
import dev.fleetauth.flow.register.Register;
import dev.fleetauth.flow.register.RegisterRequest;
import dev.fleetauth.host.Environment;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code register}: registers an application, from its key pair to the registration in each region. */
@Command(
        name = "register",
        description = {
            "Register the application with Tesla's Fleet API: key pair, hosted key, region, pairing.",
            "Every step can be repeated: run the same command again after a failure.",
            "",
            "The client id and secret are those of the profile or, before its first login, of FLEETAUTH_CLIENT_ID and"
                    + " FLEETAUTH_CLIENT_SECRET_FILE. Tesla may bill the calls to the Fleet API."
        })
public final class RegisterCommand extends Subcommand {

    private static final int VALUE_COLUMN = 18;

    /** Failures after which the hosting instructions help; an unreachable domain may not have a server yet. */
    private static final Set<Kind> NOT_HOSTED = Set.of(Kind.KEY_NOT_HOSTED, Kind.UNREACHABLE);

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            required = true,
            description = "The domain that hosts the public key, such as example.com.")
    private String domain = "";

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "Tesla's region: na, eu, cn or na,eu. Default: that of the profile.")
    private List<String> regions = new ArrayList<>();

    @ArgGroup
    private @Nullable KeyOptions key;

    @Option(names = "--check", description = "Show what is missing, and change nothing.")
    private boolean check;

    @Option(names = "--format", paramLabel = "FORMAT", description = "text or json.")
    private ReportFormat format = ReportFormat.TEXT;

    private @Nullable Failure failure;
    private boolean isHosted = true;

    /** Where the application's key is stored. */
    static final class KeyOptions {
        @Option(names = "--public-key", paramLabel = "FILE", description = "The public key of the application, in PEM.")
        private @Nullable Path publicKey;

        @Option(
                names = "--new-key",
                paramLabel = "DIR",
                description = "Create a key pair in DIR, or use the one already there.")
        private @Nullable Path newKey;
    }

    @Override
    public Integer call() {
        ArrayNode checks = JsonOutput.array();
        Register register = new Register(engine(), request(), finding -> {
            if (failure == null) {
                failure = finding.failure();
            }
            isHosted &= !finding.check().equals(Register.HOSTED_KEY)
                    || finding.failure() == null
                    || !NOT_HOSTED.contains(finding.failure().kind());
            if (format == ReportFormat.JSON) {
                checks.add(FindingText.json(finding));
            } else {
                show(finding);
            }
        });
        register.run();
        if (format == ReportFormat.JSON) {
            print(JsonOutput.text(json(register, checks)));
        } else if (failure == null && !check) {
            printQrCode(register.pairingAddress().toString());
        }
        if (!isHosted) {
            explainHosting(register);
        }
        return failure == null ? ExitCode.DONE : Explanation.of(failure).exitCode();
    }

    private RegisterRequest request() {
        return new RegisterRequest(
                profile(),
                domain,
                regions.stream()
                        .flatMap(list -> Stream.of(list.split(",", -1)))
                        .map(String::strip)
                        .toList(),
                key == null ? null : path(key.publicKey),
                key == null ? null : path(key.newKey),
                check,
                this::client);
    }

    /** The client that the login variables specify; it supplies the values that the profile lacks. */
    private RegisterRequest.Client client() {
        Environment environment = environment();
        var provider = new ProviderOptions();
        var client = new ClientOptions();
        return new RegisterRequest.Client(
                provider.issuer(environment),
                provider.region(environment),
                client.id(environment),
                client.secret(environment),
                provider.certificates(environment));
    }

    /** Prints a finding as a line of the result; without {@code --check}, a failed step is an error instead. */
    private void show(Finding finding) {
        if (finding.failure() != null && !check) {
            console().failure(finding.failure());
        } else {
            new FindingText(
                            this::print,
                            environment().terminal().outputColumns(),
                            VALUE_COLUMN,
                            program().colorsOutput())
                    .print(finding);
        }
    }

    private ObjectNode json(Register register, ArrayNode checks) {
        ObjectNode json = JsonOutput.object();
        json.put("domain", register.domain());
        json.put("client_id", register.clientId());
        json.put("key_address", register.keyAddress().toString());
        json.put("pairing_address", register.pairingAddress().toString());
        json.put("in_order", failure == null);
        json.set("checks", checks);
        return json;
    }

    /** Prints the address as a QR code if the terminal has the width, colors and characters for it. */
    private void printQrCode(String address) {
        if (program().colorsOutput() && environment().isUtf8()) {
            QrText.lines(address, environment().terminal().outputColumns()).forEach(this::print);
        }
    }

    private void explainHosting(Register register) {
        if (register.publicKeyFile().isEmpty()) {
            console().notice("If there is no key pair yet, create one with --new-key DIR.");
        }
        String file = register.publicKeyFile().map(Path::toString).orElse("public-key.pem");
        console().notice("Host " + file + " at " + register.keyAddress() + ", publicly and permanently. Three ways:");
        console()
                .notice("- Your own web server: copy the file to .well-known/appspecific/com.tesla.3p.public-key.pem in"
                        + " its document root.");
        console()
                .notice("- GitHub Pages: add it under that path, and an empty file .nojekyll, to the repository"
                        + " NAME.github.io; the domain is NAME.github.io.");
        console()
                .notice("- Another static host, such as Cloudflare Pages or Netlify, with your own domain: upload a"
                        + " directory that contains it under that path.");
    }

    private @Nullable Path path(@Nullable Path given) {
        return given == null ? null : environment().path(given.toString());
    }
}
