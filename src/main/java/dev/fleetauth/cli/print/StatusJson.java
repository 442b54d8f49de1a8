package dev.fleetauth.cli.print;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.report.SessionExpiry;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.flow.report.TrustedCertificate;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Refused;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON output of {@code status}, documented in {@code docs/schema/status.schema.json}. */
public final class StatusJson {

    /** The state of a profile that cannot be read or displayed. */
    public static final String UNREADABLE = "unreadable";

    private StatusJson() {}

    /** The document: the readable profiles, and the problems of the others. */
    public static String text(List<Status.Entry> entries, Map<ProfileName, Failure> unreadable) {
        ArrayNode list = JsonOutput.array();
        entries.forEach(entry -> list.add(of(entry)));
        unreadable.forEach((name, why) -> list.addObject()
                .put("profile", name.value())
                .put("state", UNREADABLE)
                .put("problem", Explanation.of(why).message()));
        return JsonOutput.text(list);
    }

    /** A profile as JSON. */
    public static ObjectNode of(Status.Entry entry) {
        Session session = entry.profile().session();
        Settings settings = session.settings();
        Tokens tokens = session.tokens();
        ObjectNode json = JsonOutput.object();
        json.put("profile", entry.profile().name().value());
        json.put("type", settings.type());
        json.put("issuer", settings.issuer());
        json.put("client_id", settings.clientId());
        json.put("client_authentication", settings.clientAuthentication().id());
        json.put("region", settings.region());
        ObjectNode parameters = json.putObject("parameters");
        settings.parameters().forEach(parameters::put);
        ArrayNode trust = json.putArray("added_trust");
        for (TrustedCertificate added : TrustedCertificate.of(settings)) {
            ObjectNode certificate = trust.addObject();
            certificate.put("subject", added.subject());
            certificate.put("sha256", added.sha256());
            JsonOutput.putTime(certificate, "expires_at", added.until());
        }
        json.put("state", entry.state().id());
        json.put("account", entry.account().isEmpty() ? null : entry.account());
        Instant accessEnd = tokens == null ? null : tokens.expiresAt();
        Instant refreshEnd = tokens == null ? null : tokens.refreshExpiresAt();
        JsonOutput.putTime(json, "access_token_expires_at", accessEnd);
        JsonOutput.putEpoch(json, "access_token_expires_at_epoch", accessEnd);
        JsonOutput.putTime(json, "refresh_token_expires_at", refreshEnd);
        JsonOutput.putEpoch(json, "refresh_token_expires_at_epoch", refreshEnd);
        Refused refused = session.refused();
        json.put("refresh_token_refused", refused == null ? null : refused.error());
        JsonOutput.putTime(json, "login_needed_by", loginNeededBy(entry));
        JsonOutput.putEpoch(json, "login_needed_by_epoch", loginNeededBy(entry));
        Instant movedAt = session.moved() == null ? null : session.moved().at();
        JsonOutput.putTime(json, "moved_at", movedAt);
        JsonOutput.putEpoch(json, "moved_at_epoch", movedAt);
        json.put("publish_pending", entry.profile().isPublishPending());
        JsonOutput.putList(json, "scope_requested", settings.scope().values());
        if (tokens == null || session.isScopeReported()) {
            JsonOutput.putList(json, "scope_granted", session.scopeGranted().values());
        } else {
            json.putNull("scope_granted");
        }
        JsonOutput.putList(json, "scope_missing", session.scopeMissing().values());
        json.put("store", entry.location());
        return json;
    }

    /**
     * When a login will be needed; null if unknown or never, if the state shows that one is needed already, or if the
     * profile was moved.
     */
    private static @Nullable Instant loginNeededBy(Status.Entry entry) {
        boolean isUnusable = entry.state() == Status.State.LOGIN_REQUIRED || entry.state() == Status.State.MOVED;
        return isUnusable ? null : SessionExpiry.loginNeededBy(entry.profile());
    }
}
