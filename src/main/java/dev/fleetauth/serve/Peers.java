package dev.fleetauth.serve;

import dev.fleetauth.host.file.FileOwner;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/** The users who may use the Unix socket. The operating system identifies the user of each connection. */
public final class Peers {

    private static final String ALLOWED = Peers.class.getName();
    private static final SocketOption<UnixDomainPrincipal> PEER = ExtendedSocketOptions.SO_PEERCRED;

    private final Set<UserPrincipal> users = new HashSet<>();

    /** Allows the user of this process. */
    public Peers() throws IOException {
        allow(FileOwner.userOfThisProcess());
    }

    /** Allows another user. */
    public void allow(int id) throws IOException {
        users.add(FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(Integer.toString(id)));
    }

    /** Whether any user other than that of this process may use the socket. */
    boolean includesOthers() {
        return users.size() > 1;
    }

    /** Whether a request comes from an allowed user, which is checked once for each connection. */
    boolean allows(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        Object known = connection.getAttribute(ALLOWED);
        if (known == null) {
            known = isAllowed(connection.getConnection().getEndPoint());
            connection.setAttribute(ALLOWED, known);
        }
        return Boolean.TRUE.equals(known);
    }

    private boolean isAllowed(EndPoint endPoint) {
        if (!(endPoint instanceof SocketChannelEndPoint socket)) {
            return false;
        }
        SocketChannel channel = socket.getChannel();
        try {
            // If the system does not identify users, as on Windows, the permissions of the directory protect the
            // socket.
            return !channel.supportedOptions().contains(PEER)
                    || users.contains(channel.getOption(PEER).user());
        } catch (IOException e) {
            return false;
        }
    }
}
