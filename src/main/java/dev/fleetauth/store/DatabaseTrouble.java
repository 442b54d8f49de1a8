package dev.fleetauth.store;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/** What the errors of a database mean (PostgreSQL, appendix A). */
final class DatabaseTrouble {

    /** Connection exceptions, transactions rolled back, insufficient resources, operator intervention. */
    private static final Set<String> TEMPORARY_CLASSES = Set.of("08", "40", "53", "57", "58");

    private static final String REJECTED = "08004";

    /** Also what a connection pool says to a connection's options, which are needed. */
    private static final String PROTOCOL_VIOLATION = "08P01";

    private static final String READ_ONLY = "25006";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String NO_TABLE = "42P01";

    private DatabaseTrouble() {}

    /** Whether the same may succeed a moment later. */
    static boolean isTemporary(SQLException e) {
        String state = state(e);
        if (state.equals(REJECTED) || state.equals(PROTOCOL_VIOLATION) || cause(e, SSLException.class)) {
            return false;
        }
        return state.equals(READ_ONLY)
                || state.equals(LOCK_NOT_AVAILABLE)
                || (state.length() == 5 && TEMPORARY_CLASSES.contains(state.substring(0, 2)));
    }

    static Failure failure(StoreAddress address, SQLException e) {
        if (state(e).equals(NO_TABLE)) {
            return Failure.because(e, Kind.NO_TABLE, address);
        }
        return Failure.because(e, isTemporary(e) ? Kind.STORE_UNREACHABLE : Kind.STORE_UNREADABLE, address, why(e));
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** What happened, in the server's words if it said any; a library's may quote more than is to be shown. */
    private static String why(SQLException e) {
        if (e instanceof PSQLException said && said.getServerErrorMessage() != null) {
            return said.getServerErrorMessage().getMessage() + " (" + state(e) + ")"
                    + (state(e).equals(PROTOCOL_VIOLATION)
                            ? "; a connection pool refuses what is needed, so give the address of the server itself"
                            : "");
        }
        if (cause(e, UnknownHostException.class)) {
            return "its name is not known";
        }
        if (cause(e, SSLException.class)) {
            return "its certificate is not accepted, or TLS is not spoken";
        }
        if (cause(e, SocketTimeoutException.class)) {
            return "there is no answer";
        }
        if (cause(e, ConnectException.class)) {
            return "the connection is refused";
        }
        return state(e).equals(REJECTED)
                ? "it asks for a password that is not given, or offers no TLS"
                : "the connection broke (" + state(e) + ")";
    }

    private static boolean cause(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
