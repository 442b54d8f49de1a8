package dev.fleetauth.serve;

import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.model.ProfileName;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/** {@code GET /token?profile=NAME&min_validity=TIME}: what {@code token --format json} prints. */
public final class TokenHandler extends Handler.Abstract {

    private final AccessTokens tokens;

    public TokenHandler(AccessTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!"/token".equals(request.getHttpURI().getCanonicalPath())) {
            return false;
        }
        Fields query = Request.extractQueryParameters(request);
        String profile = query.getValue("profile");
        ProfileName name = profile == null ? ProfileName.DEFAULT : new ProfileName(profile);
        AccessLog.subject(request, name.value());
        Replies.json(response, callback, 200, TokenFormat.JSON.format(tokens.valid(name, null)));
        return true;
    }
}
