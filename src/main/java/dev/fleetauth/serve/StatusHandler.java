package dev.fleetauth.serve;

import dev.fleetauth.cli.print.StatusJson;
import dev.fleetauth.cli.print.StatusReading;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.flow.report.Status;
import dev.fleetauth.model.ProfileName;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code GET /status?profile=NAME}: what {@code status --format json} prints. */
public final class StatusHandler extends GetHandler {

    private final Engine engine;

    public StatusHandler(Engine engine) {
        super("/status", "profile");
        this.engine = engine;
    }

    @Override
    void answer(Request request, Response response, Callback callback, QueryParameters query) {
        var status = new Status(engine);
        ProfileName name = query.profile();
        if (name != null) {
            AccessLog.subject(request, name.value());
        }
        var found = StatusReading.of(status, name == null ? status.names() : List.of(name), StatusJson::of, done -> {});
        Replies.json(response, callback, HttpStatus.OK_200, StatusJson.text(found.entries(), found.unreadable()));
    }
}
