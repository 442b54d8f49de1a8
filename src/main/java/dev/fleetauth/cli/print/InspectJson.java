package dev.fleetauth.cli.print;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.report.Inspect;
import dev.fleetauth.flow.report.Verification;
import org.jspecify.annotations.Nullable;

/** The JSON output of {@code inspect}, documented in {@code docs/schema/inspect.schema.json}. */
public final class InspectJson {

    private InspectJson() {}

    public static ObjectNode of(Inspect.Report report, Verification.@Nullable Verified verified) {
        ObjectNode json = JsonOutput.object();
        json.put("kind", report.kindId());
        json.put("description", report.description());
        if (report.header() == null) {
            json.putNull("header");
            json.putNull("claims");
        } else {
            json.set("header", JsonOutput.tree(report.header()));
            json.set("claims", JsonOutput.tree(report.claims()));
        }
        JsonOutput.putTime(json, "issued_at", report.issuedAt());
        JsonOutput.putEpoch(json, "issued_at_epoch", report.issuedAt());
        JsonOutput.putTime(json, "expires_at", report.expiresAt());
        JsonOutput.putEpoch(json, "expires_at_epoch", report.expiresAt());
        if (report.scope() == null) {
            json.putNull("scope");
        } else {
            JsonOutput.putList(json, "scope", report.scope().values());
        }
        JsonOutput.putList(json, "audience", report.audience());
        json.put("region", report.regionHint());
        JsonOutput.putList(json, "factors", report.factors());
        json.put("open_source", report.isOpenSource());
        json.put("verified", verified != null);
        json.put("verified_issuer", verified == null ? null : verified.issuer());
        json.put("verified_why", verified == null ? null : verified.why());
        json.put("verified_keys", verified == null ? null : verified.keys().toString());
        return json;
    }
}
