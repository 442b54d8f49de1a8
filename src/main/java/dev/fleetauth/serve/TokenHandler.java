package dev.fleetauth.serve;

import dev.fleetauth.cli.print.TokenFormat;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.ProfileName;
import java.util.Objects;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code GET /token?profile=NAME&min_validity=TIME}: what {@code token --format json} prints. */
public final class TokenHandler extends GetHandler {

    private static final String MIN_VALIDITY = "min_validity";

    private final AccessTokens tokens;
    private final ProfileName defaultProfile;

    /** @param defaultProfile the profile if the request names none */
    public TokenHandler(AccessTokens tokens, ProfileName defaultProfile) {
        super("/token", "profile", MIN_VALIDITY);
        this.tokens = tokens;
        this.defaultProfile = defaultProfile;
    }

    @Override
    void answer(Request request, Response response, Callback callback, QueryParameters query) {
        ProfileName name = Objects.requireNonNullElse(query.profile(), defaultProfile);
        AccessLog.subject(request, name.value());
        try {
            String token = TokenFormat.JSON.format(tokens.valid(name, query.duration(MIN_VALIDITY)));
            Replies.json(response, callback, HttpStatus.OK_200, token);
        } catch (Failure e) {
            Replies.failure(response, callback, e, tokens.retryAfter(name));
        }
    }
}
