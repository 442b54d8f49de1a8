package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Opens connections to a database with the settings that the promises in {@code docs/shared-store.md} need. */
final class Connector {

    private final Environment env;
    private final DatabaseAddress address;

    /** The server of the last connection. It is tried first: each server that does not respond costs seconds. */
    private volatile DatabaseAddress.@Nullable Host last;

    Connector(Environment env, DatabaseAddress address) {
        this.env = env;
        this.address = address;
    }

    /** The properties of a connection. */
    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        String password = new DatabasePassword(env, address).find();
        // If the property were missing, the driver would look for a password itself.
        properties.setProperty("password", password == null ? "" : password);
        properties.setProperty("ApplicationName", "fleetauth");
        properties.setProperty("assumeMinServerVersion", "12");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty(
                "options",
                // A server may be configured not to wait for its disk, and would then lose committed transactions in a
                // crash.
                "-c default_transaction_isolation=serializable -c synchronous_commit=on -c statement_timeout=8000"
                        + " -c lock_timeout=5000"
                        + " -c search_path=pg_catalog");
        properties.setProperty("sslmode", address.tls());
        if (password != null && !address.authenticatesServer()) {
            // Any program can listen on a port of this machine. SCRAM does not reveal the password to it, and proves
            // that the server knows the password.
            properties.setProperty("requireAuth", "scram-sha-256");
        }
        if (address.rootCertificates() != null) {
            properties.setProperty("sslrootcert", address.rootCertificates());
            // Otherwise the driver looks for a client certificate and its key in the user's home, and asks for the
            // key's passphrase on the console.
            properties.setProperty("sslcert", "");
            properties.setProperty("sslkey", "");
        } else {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        if (address.hosts().size() > 1) {
            properties.setProperty("targetServerType", "primary");
        }
        return properties;
    }

    /** Connects to the first writable server. The driver could try all, but would report only the last error. */
    Connection connect() throws SQLException {
        Properties properties = properties();
        List<SQLException> failures = new ArrayList<>();
        DatabaseAddress.Host first = last;
        List<DatabaseAddress.Host> hosts = new ArrayList<>(address.hosts());
        hosts.sort(Comparator.comparing(host -> !host.equals(first)));
        for (DatabaseAddress.Host host : hosts) {
            try {
                Connection connection = connect(host, properties);
                last = host;
                return connection;
            } catch (SQLException e) {
                failures.add(e);
            }
        }
        SQLException reported = Collections.max(failures, Comparator.comparingInt(SqlErrors::weight));
        failures.stream().filter(other -> other != reported).forEach(reported::addSuppressed);
        throw reported;
    }

    private Connection connect(DatabaseAddress.Host host, Properties properties) throws SQLException {
        String url = "jdbc:postgresql://" + host + "/" + URLEncoder.encode(address.database(), StandardCharsets.UTF_8);
        return Objects.requireNonNull(new Driver().connect(url, properties), "the driver rejected a JDBC URL");
    }
}
