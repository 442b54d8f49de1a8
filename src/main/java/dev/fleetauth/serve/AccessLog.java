package dev.fleetauth.serve;

import dev.fleetauth.cli.print.TerminalText;
import dev.fleetauth.model.ClientKey;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;

/**
 * Logs each request in one line on standard error: method, path, profile or client, status and duration. No secrets.
 */
public final class AccessLog implements RequestLog {

    private static final String SUBJECT = AccessLog.class.getName();
    private static final String NONE = "-";

    /** A path segment that may be a client key or a token: longer than any in the Fleet API, or with a key's prefix. */
    private static final Pattern POSSIBLE_SECRET = Pattern.compile("[^/]{41,}|" + ClientKey.PREFIX + "[^/]*");

    private final PrintStream err;

    public AccessLog(PrintStream err) {
        this.err = err;
    }

    /** Sets the profile or client that the log names for a request. */
    public static void subject(Request request, String name) {
        Request.unWrap(request).setAttribute(SUBJECT, name);
    }

    @Override
    public void log(Request request, Response response) {
        Object subject = request.getAttribute(SUBJECT);
        // Without the query, and without a path that does not exist: a client may put a secret into either.
        String path = response.getStatus() == 404 && subject == null
                ? NONE
                : POSSIBLE_SECRET
                        .matcher(String.valueOf(request.getHttpURI().getCanonicalPath()))
                        .replaceAll("...");
        err.println(TerminalText.printable(request.getMethod() + " " + path + " " + (subject == null ? NONE : subject)
                + " " + response.getStatus() + " "
                + TimeUnit.NANOSECONDS.toMillis(NanoTime.since(request.getBeginNanoTime())) + " ms"));
    }
}
