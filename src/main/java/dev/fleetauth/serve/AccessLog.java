package dev.fleetauth.serve;

import dev.fleetauth.cli.print.TerminalText;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;

/** One line on standard error for each request: what was asked for, by which client, and what came of it. No secrets. */
public final class AccessLog implements RequestLog {

    private static final String SUBJECT = AccessLog.class.getName();

    /** A part of a path that is longer than any of the Fleet API's. */
    private static final Pattern LONG = Pattern.compile("[^/]{41,}");

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
        String path = String.valueOf(request.getHttpURI().getPath());
        Object subject = request.getAttribute(SUBJECT);
        // Without the query, and without what is as long as a key or a token: a client may put anything into an address.
        err.println(TerminalText.printable(request.getMethod() + " " + LONG.matcher(path).replaceAll("...") + " "
                + (subject == null ? "-" : subject) + " " + response.getStatus() + " "
                + TimeUnit.NANOSECONDS.toMillis(NanoTime.since(request.getBeginNanoTime())) + " ms"));
    }
}
