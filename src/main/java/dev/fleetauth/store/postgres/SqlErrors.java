package dev.fleetauth.store.postgres;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Interprets a database's errors (PostgreSQL, appendix A). */
final class SqlErrors {

    /** Connection exceptions, rollbacks, insufficient resources, operator intervention, system errors. */
    private static final Set<String> TEMPORARY_CLASSES = Set.of("08", "40", "53", "57", "58");

    private static final String REJECTED = "08004";
    private static final String NOT_CONNECTED = "08001";
    private static final String PROTOCOL_VIOLATION = "08P01";
    /** A read-only transaction, and a lock that is not available. */
    private static final Set<String> TEMPORARY = Set.of("25006", "55P03");

    private static final String NOT_SUPPORTED = "0A000";
    private static final String NO_TABLE = "42P01";

    private SqlErrors() {}

    /** Whether a retry may succeed. */
    static boolean isTemporary(SQLException e) {
        String state = state(e);
        if (state.equals(REJECTED) || isFromPooler(e) || whyTls(e) != null) {
            return false;
        }
        return isFromStandby(e)
                || TEMPORARY.contains(state)
                || (state.length() == 5 && TEMPORARY_CLASSES.contains(state.substring(0, 2)));
    }

    /** Whether a retry may succeed with any of the servers that were tried. */
    static boolean isAnyTemporary(SQLException e) {
        return isTemporary(e)
                || Stream.of(e.getSuppressed()).anyMatch(other -> other instanceof SQLException of && isTemporary(of));
    }

    /** If several servers fail, the error with the highest weight is reported: a permanent one, else a standby's. */
    static int weight(SQLException e) {
        return (isTemporary(e) ? 0 : 2) + (isFromStandby(e) ? 1 : 0);
    }

    /** Whether a standby responded: the driver found no primary, or a serializable statement was rejected. */
    private static boolean isFromStandby(SQLException e) {
        ServerErrorMessage said = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        return said == null
                ? state(e).equals(NOT_CONNECTED) && e.getCause() == null
                // The message text depends on the language.
                : state(e).equals(NOT_SUPPORTED) && "GetSerializableTransactionSnapshot".equals(said.getRoutine());
    }

    static Failure failure(DatabaseAddress address, SQLException e) {
        if (state(e).equals(NO_TABLE)) {
            return Failure.because(e, Kind.NO_TABLE, address);
        }
        return Failure.because(e, isTemporary(e) ? Kind.STORE_UNREACHABLE : Kind.DATABASE_UNUSABLE, address, why(e));
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /**
     * The reason, in the server's words if it sent any; a library's message may quote something that must not be shown.
     */
    private static String why(SQLException e) {
        if (isFromStandby(e)) {
            return "no writable server responded";
        }
        if (e instanceof PSQLException said && said.getServerErrorMessage() != null) {
            return said.getServerErrorMessage().getMessage() + " (" + state(e) + ")"
                    + (isFromPooler(e)
                            ? "; a connection pooler rejected required options: use the address of the database server itself"
                            : "");
        }
        String tls = whyTls(e);
        if (tls != null) {
            return tls;
        }
        if (isFrom(e, "checkAuth")) {
            return "it did not prove that it knows the password: without sslmode=verify-full, which authenticates the"
                    + " server, only SCRAM-SHA-256 is allowed";
        }
        if (hasCause(e, UnknownHostException.class)) {
            return "its host name was not found";
        }
        if (hasCause(e, SocketTimeoutException.class)) {
            return "it did not respond";
        }
        if (hasCause(e, ConnectException.class)) {
            return "it refused the connection";
        }
        return state(e).equals(REJECTED)
                ? "it requires a password, but none is configured"
                : "the connection failed (" + state(e) + ")";
    }

    /**
     * Whether a connection pooler rejected the options of a connection, which are required. The driver reports the same
     * state for a broken connection, but without a message from the server.
     */
    private static boolean isFromPooler(SQLException e) {
        return state(e).equals(PROTOCOL_VIOLATION)
                && e instanceof PSQLException said
                && said.getServerErrorMessage() != null;
    }

    /** Why TLS with this server is impossible; null if TLS is not the cause, or was only interrupted. */
    private static @Nullable String whyTls(SQLException e) {
        // The driver gives no cause for these two errors, and their text depends on the language.
        if (isFrom(e, "verifyPeerName")) {
            return "its certificate is for another host";
        }
        if (state(e).equals(REJECTED) && isFrom(e, "enableSSL")) {
            return "it does not support TLS";
        }
        if (hasCause(e, CertificateExpiredException.class)) {
            return "its certificate has expired, or this machine's clock is wrong";
        }
        if (hasCause(e, CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet, or this machine's clock is wrong";
        }
        if (hasCause(e, CertPathBuilderException.class)) {
            return "the issuer of its certificate is not trusted; set sslrootcert to that issuer's certificate file";
        }
        if (hasCause(e, SSLException.class)) {
            // A broken connection causes the same exception.
            boolean broke = hasCause(e, SocketException.class) || hasCause(e, EOFException.class);
            return broke ? null : "the TLS handshake failed";
        }
        return hasCause(e, FileNotFoundException.class) || hasCause(e, GeneralSecurityException.class)
                ? "the certificates of sslrootcert cannot be read"
                : null;
    }

    private static boolean isFrom(SQLException e, String method) {
        return Stream.of(e.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause).anyMatch(type::isInstance);
    }
}
