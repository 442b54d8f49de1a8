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

/** One line on standard error for each request: what was asked for, for whom, and what came of it. No secrets. */
public final class AccessLog implements RequestLog {

    private static final String SUBJECT = AccessLog.class.getName();
    private static final String NONE = "-";

    /** What may be a client key or a token: a part of a path that is longer than any of the Fleet API's. */
    private static final Pattern LONG = Pattern.compile("[^/]{41,}|" + ClientKey.PREFIX + "[^/]*");

    private final PrintStream err;

    public AccessLog(PrintStream err) {
        this.err = err;
    }

    /** Names in the log what a request is about: a profile, or a client. */
    public static void subject(Request request, String name) {
        Request.unWrap(request).setAttribute(SUBJECT, name);
    }

    @Override
    public void log(Request request, Response response) {
        Object subject = request.getAttribute(SUBJECT);
        // Without the query, in which a client may put anything; a path that nothing is at may be anything as well.
        String path = response.getStatus() == 404 && subject == null
                ? NONE
                : LONG.matcher(String.valueOf(request.getHttpURI().getCanonicalPath()))
                        .replaceAll("...");
        err.println(TerminalText.printable(request.getMethod() + " " + path + " " + (subject == null ? NONE : subject)
                + " " + response.getStatus() + " "
                + TimeUnit.NANOSECONDS.toMillis(NanoTime.since(request.getBeginNanoTime())) + " ms"));
    }
}
