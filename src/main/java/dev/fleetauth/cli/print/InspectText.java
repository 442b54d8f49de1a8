package dev.fleetauth.cli.print;

import dev.fleetauth.flow.report.Inspect;
import dev.fleetauth.flow.report.Verification;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.json.JsonWriter;
import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The text output of {@code inspect}. */
public final class InspectText {

    private static final Set<String> SHOWN_SEPARATELY =
            Set.of("iat", "exp", "scp", "scope", "aud", "amr", "open_source", "ou_code");
    private static final int LABEL_COLUMNS = 16;

    /** The authentication methods that show a second factor in addition to a password (RFC 8176 2). */
    private static final Set<String> SECOND_FACTORS = Set.of("mfa", "otp", "sms", "hwk", "swk", "tel");

    private final Consumer<String> out;
    private final Environment environment;
    private final Rows rows;

    public InspectText(Consumer<String> out, Environment environment) {
        this.out = out;
        this.environment = environment;
        this.rows = new Rows(out, environment.terminal().outputColumns(), 0, LABEL_COLUMNS);
    }

    public void print(Inspect.Report report, Verification.@Nullable Verified verified) {
        row("kind", report.description());
        if (report.header() != null) {
            row("format", "JWT, signed with " + report.header().get("alg"));
        }
        time("issued", report.issuedAt(), "");
        time("expires", report.expiresAt(), report.isEstimate() ? ", estimated from a 3-month lifetime" : "");
        if (report.scope() != null) {
            scope(report.scope());
        }
        if (report.regionHint() != null) {
            row("region", report.regionHint() + ", which is only a hint and may be wrong");
        }
        if (!report.audience().isEmpty()) {
            row("audience", String.join(" ", report.audience()));
        }
        factors(report.factors());
        if (report.isOpenSource() != null) {
            row("open source", report.isOpenSource() ? "yes, an open-source client" : "no, not an open-source client");
        }
        report.claims().forEach((name, value) -> {
            if (!SHOWN_SEPARATELY.contains(name)) {
                out.accept("  " + TerminalText.printable(name + " = " + JsonWriter.write(value)));
            }
        });
        if (verified != null) {
            row("verified", "signature, issuer and times are valid");
            row("", "issuer " + verified.issuer() + ": " + verified.why());
            row("", "keys of " + verified.keys());
        }
    }

    private void scope(Scope scope) {
        String label = "scope";
        for (String name : scope.values()) {
            String description = Inspect.describe(name);
            row(label, description.isEmpty() ? name : name + ": " + description);
            label = "";
        }
        if (scope.isEmpty()) {
            row(label, "none");
        }
    }

    private void factors(List<String> factors) {
        if (!factors.isEmpty()) {
            boolean hasSecondFactor = factors.stream().anyMatch(SECOND_FACTORS::contains);
            row("logged in with", String.join(" ", factors) + (hasSecondFactor ? ": a second factor was used" : ""));
        }
    }

    private void time(String label, @Nullable Instant time, String more) {
        if (time == null) {
            return;
        }
        Duration from = Duration.between(environment.clock().instant(), time);
        row(
                label,
                TerminalText.time(time) + ", "
                        + (from.isNegative() ? Durations.text(from) + " ago" : "in " + Durations.text(from)) + more);
        ZoneId zone = environment.zone();
        if (!zone.getRules().getOffset(time).equals(ZoneOffset.UTC)) {
            row(
                    "",
                    DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT)
                                    .format(time.atZone(zone)) + " local time");
        }
    }

    private void row(String label, String value) {
        rows.add(label, value);
    }
}
