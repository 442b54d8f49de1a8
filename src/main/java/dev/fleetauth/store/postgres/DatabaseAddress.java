package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.SpecialFiles;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a database and its user, without a password: {@code postgresql://USER@HOST:PORT/DATABASE}. It may
 * contain several hosts separated by commas, of which the writable one is used.
 *
 * @param hosts the hosts
 * @param database the database's name
 * @param user the database's user
 * @param tls the TLS mode, as named by libpq
 * @param rootCertificates a file with the trusted authorities; null for the system's
 */
public record DatabaseAddress(
        List<Host> hosts,
        String database,
        String user,
        String tls,
        @Nullable String rootCertificates) {

    private static final Pattern PARTS =
            Pattern.compile("postgres(?:ql)?://([^/?#\\s]+)/([^/?#\\s]+)(?:\\?([^#\\s]*))?");
    private static final Pattern HOST =
            Pattern.compile("(?:\\[([A-Za-z0-9.:_%-]+)]|([A-Za-z0-9._%-]+))(?::([0-9]{1,5}))?");
    private static final int PORT = 5432;
    private static final String FULL = "verify-full";
    private static final Set<String> TLS = Set.of("disable", "prefer", "require", "verify-ca", FULL);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
    private static final String FORM = "an address like postgresql://user@host/database";

    /** A host and its port. */
    record Host(String name, int port) {

        boolean isLoopback() {
            return LOOPBACK.contains(name);
        }

        @Override
        public String toString() {
            return (name.indexOf(':') < 0 ? name : "[" + name + "]") + (port == PORT ? "" : ":" + port);
        }
    }

    /**
     * Parses an address.
     *
     * @param source the option or variable that contains it
     * @throws Failure of kind {@code BAD_VALUE}, without quoting the address, since it may contain a password; of kind
     * {@code SETTING_MISSING} if neither it nor PGUSER names a user; {@code FILE_UNREADABLE} for its certificate file
     */
    public static DatabaseAddress parse(Environment env, String source, String address) {
        // Not as a URI of RFC 3986, which has only one host.
        Matcher parts = PARTS.matcher(address);
        if (!parts.matches()) {
            throw bad(source, FORM);
        }
        String authority = parts.group(1);
        int at = authority.lastIndexOf('@');
        String userInfo = at < 0 ? "" : authority.substring(0, at);
        Map<String, String> parameters = parameters(source, parts.group(3));
        if (userInfo.indexOf(':') >= 0 || parameters.containsKey("password")) {
            throw bad(
                    source,
                    "an address without a password: other processes can see the address; to set the password, use"
                            + " PGPASSFILE, PGPASSWORD or FLEETAUTH_STORE_PASSWORD_FILE");
        }
        if (!Set.of("sslmode", "sslrootcert").containsAll(parameters.keySet())) {
            throw bad(source, "no parameters other than sslmode and sslrootcert");
        }
        String user = userInfo.isEmpty() ? env.variable("PGUSER").orElse("") : decoded(source, userInfo);
        if (user.isEmpty()) {
            throw Failure.of(Kind.SETTING_MISSING, "database's user", source + ", as USER@HOST, or PGUSER");
        }
        List<Host> hosts = Stream.of(authority.substring(at + 1).split(",", -1))
                .map(host -> host(source, host))
                .toList();
        String rootCertificates = env.expand(parameters.getOrDefault(
                "sslrootcert", env.variable("PGSSLROOTCERT").orElse("")));
        if (!rootCertificates.isEmpty()) {
            requireFile(rootCertificates);
        }
        return new DatabaseAddress(
                hosts,
                decoded(source, parts.group(2)),
                user,
                tls(source, parameters.get("sslmode"), hosts),
                rootCertificates.isEmpty() ? null : rootCertificates);
    }

    private static void requireFile(String rootCertificates) {
        try {
            SpecialFiles.requireFile(Path.of(rootCertificates));
        } catch (IOException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, rootCertificates, FileReason.of(e));
        } catch (InvalidPathException e) {
            throw Failure.because(e, Kind.FILE_UNREADABLE, rootCertificates, "it is not a valid path");
        }
    }

    /** The TLS mode, which must authenticate the server unless it is on this machine. */
    private static String tls(String source, @Nullable String mode, List<Host> hosts) {
        boolean isLocal = hosts.stream().allMatch(Host::isLoopback);
        if (mode == null) {
            return isLocal ? "disable" : FULL;
        }
        if (!isLocal && !mode.equals(FULL)) {
            throw bad(source, "sslmode=" + FULL + ", which is required to authenticate the database");
        }
        if (!TLS.contains(mode)) {
            throw bad(source, "sslmode=disable, prefer, require, verify-ca or " + FULL);
        }
        return mode;
    }

    /** Whether TLS authenticates the server. */
    boolean authenticatesServer() {
        return tls.equals(FULL);
    }

    private static Host host(String source, String text) {
        Matcher host = HOST.matcher(text);
        if (!host.matches()) {
            throw bad(source, FORM);
        }
        int port = host.group(3) == null ? PORT : Integer.parseInt(host.group(3));
        if (port > 65_535) {
            throw bad(source, FORM);
        }
        return new Host(host.group(1) == null ? host.group(2) : host.group(1), port);
    }

    private static Map<String, String> parameters(String source, @Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals <= 0 || parameters.containsKey(parameter.substring(0, equals))) {
                throw bad(source, FORM);
            }
            parameters.put(parameter.substring(0, equals), decoded(source, parameter.substring(equals + 1)));
        }
        return parameters;
    }

    private static String decoded(String source, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad(source, FORM);
        }
    }

    private static Failure bad(String source, String expected) {
        return Failure.of(Kind.BAD_VALUE, source, "(not shown)", expected);
    }

    /** The address for messages, without the user. */
    @Override
    public String toString() {
        return "postgresql://"
                + String.join(",", hosts.stream().map(Host::toString).toList()) + "/" + database;
    }
}
