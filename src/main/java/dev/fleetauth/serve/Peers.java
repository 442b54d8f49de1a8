package dev.fleetauth.serve;

import dev.fleetauth.host.file.FileOwner;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/** The users that may use the Unix socket, as the system tells who has connected to it. */
public final class Peers {

    private static final String ADMITTED = Peers.class.getName();
    private static final SocketOption<UnixDomainPrincipal> PEER = ExtendedSocketOptions.SO_PEERCRED;

    private final Set<UserPrincipal> users;

    private Peers(Set<UserPrincipal> users) {
        this.users = users;
    }

    /**
     * The user of this process, and others.
     *
     * @param others their numbers
     */
    public static Peers of(List<Integer> others) throws IOException {
        Set<UserPrincipal> users = new HashSet<>();
        users.add(user(FileOwner.userOfThisProcess()));
        for (int other : others) {
            users.add(user(other));
        }
        return new Peers(users);
    }

    private static UserPrincipal user(int number) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(Integer.toString(number));
    }

    /** Whether other users than that of this process may use it. */
    boolean includesOthers() {
        return users.size() > 1;
    }

    /** Whether a request comes from one of them. The system is asked once for each connection. */
    boolean admit(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        Object known = connection.getAttribute(ADMITTED);
        if (known == null) {
            known = isAdmitted(connection.getConnection().getEndPoint());
            connection.setAttribute(ADMITTED, known);
        }
        return Boolean.TRUE.equals(known);
    }

    private boolean isAdmitted(EndPoint endPoint) {
        if (!(endPoint instanceof SocketChannelEndPoint socket)) {
            return false;
        }
        SocketChannel channel = socket.getChannel();
        try {
            // Where the system does not tell, as on Windows, the permissions of the directory decide.
            return !channel.supportedOptions().contains(PEER)
                    || users.contains(channel.getOption(PEER).user());
        } catch (IOException e) {
            return false;
        }
    }
}
