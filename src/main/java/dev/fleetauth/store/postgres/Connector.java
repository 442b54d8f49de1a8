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
import java.util.Properties;
import org.postgresql.Driver;

/** Opens connections to the database of an address, with what the argument of {@code docs/shared-store.md} needs of them. */
final class Connector {

    private final Environment env;
    private final DatabaseAddress address;

    /** The server that answered last comes first. */
    private final List<DatabaseAddress.Host> hosts;

    Connector(Environment env, DatabaseAddress address) {
        this.env = env;
        this.address = address;
        this.hosts = new ArrayList<>(address.hosts());
    }

    /** How a connection is made. */
    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        String password = new DatabasePassword(env, address).find();
        // With none, the driver would look for one by itself.
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
                // A server may be set not to wait for its disk: then a crash takes back what it said was committed.
                "-c default_transaction_isolation=serializable -c synchronous_commit=on -c statement_timeout=8000"
                        + " -c lock_timeout=5000"
                        + " -c search_path=pg_catalog");
        properties.setProperty("sslmode", address.tls());
        if (password != null && !address.provesServer()) {
            // Any program can listen on a port of this machine. SCRAM keeps the password from it, and proves that it
            // knows it.
            properties.setProperty("requireAuth", "scram-sha-256");
        }
        if (address.rootCertificates() != null) {
            properties.setProperty("sslrootcert", address.rootCertificates());
            // Else the driver looks for them in the owner's directory, and asks at the console for the key's passphrase.
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

    /**
     * Connects to the first server that can be written. Given all of them, the driver would tell only what is wrong with the
     * last.
     */
    Connection connect() throws SQLException {
        Properties properties = properties();
        List<SQLException> failures = new ArrayList<>();
        for (DatabaseAddress.Host host : hosts) {
            try {
                Connection connection = connect(host, properties);
                // A server that does not answer takes seconds each time.
                Collections.swap(hosts, 0, hosts.indexOf(host));
                return connection;
            } catch (SQLException e) {
                failures.add(e);
            }
        }
        SQLException told = Collections.max(failures, Comparator.comparingInt(SqlErrors::weight));
        failures.stream().filter(other -> other != told).forEach(told::addSuppressed);
        throw told;
    }

    private Connection connect(DatabaseAddress.Host host, Properties properties) throws SQLException {
        String name = host.name().indexOf(':') < 0 ? host.name() : "[" + host.name() + "]";
        String url = "jdbc:postgresql://" + name + ":" + host.port() + "/"
                + URLEncoder.encode(address.database(), StandardCharsets.UTF_8);
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new IllegalStateException("the driver does not know its own addresses");
        }
        return connection;
    }
}
