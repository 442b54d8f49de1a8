package dev.fleetauth.reliability.shared;

import dev.fleetauth.host.ThisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts that share a network and a disk: Linux network namespaces, each with an address, a loopback and a name of its own,
 * where they can be made. That takes root and {@code ip}; elsewhere all of them are this host.
 */
final class Hosts implements AutoCloseable {

    private final int count;
    private final boolean areApart;

    /** What the names of all that is made begin with; 15 characters is the most that a network interface's may have. */
    private final String name = "fa" + ThisProcess.id();

    private final String network;

    private boolean isClosed;

    private Hosts(int count, boolean areApart, String network) {
        this.count = count;
        this.areApart = areApart;
        this.network = network;
    }

    /** Makes hosts, as much apart as they can be made here. */
    static Hosts make(int count) {
        try {
            Hosts apart = new Hosts(count, true, freeNetwork());
            try {
                apart.build();
                Runtime.getRuntime().addShutdownHook(new Thread(apart::close));
                return apart;
            } catch (IOException e) {
                apart.close();
            }
        } catch (IOException e) {
            // As said.
        }
        return new Hosts(count, false, "");
    }

    /** One of those that are kept for tests of networks (RFC 2544), which no interface here has. */
    private static String freeNetwork() throws IOException {
        List<String> taken = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(InetAddress::getHostAddress)
                .toList();
        for (int i = 0; i < 250; i++) {
            String network = "198.18." + (ThisProcess.id() + i) % 250 + ".";
            if (taken.stream().noneMatch(address -> address.startsWith(network))) {
                return network;
            }
        }
        throw new IOException("no network is free");
    }

    private void build() throws IOException {
        run("ip", "link", "add", name, "type", "bridge");
        run("ip", "address", "add", address() + "/24", "dev", name);
        run("ip", "link", "set", name, "up");
        for (int i = 0; i < count; i++) {
            String here = name + "v" + i;
            run("ip", "netns", "add", name(i));
            run("ip", "link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", name(i));
            run("ip", "link", "set", here, "master", name, "up");
            run("ip", "-n", name(i), "address", "add", address(i) + "/24", "dev", "eth0");
            run("ip", "-n", name(i), "link", "set", "eth0", "up");
            run("ip", "-n", name(i), "link", "set", "lo", "up");
            proveReached(i);
        }
    }

    /** A firewall may be in the way. */
    private void proveReached(int host) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName(address()))) {
            String connect = "exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2)";
            List<String> words = within(
                    host,
                    List.of("perl", "-MIO::Socket::INET", "-e", connect, address() + ":" + listener.getLocalPort()));
            run(words.toArray(String[]::new));
        }
    }

    private static void run(String... words) throws IOException {
        Process process = new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("refused: " + List.of(words));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    int count() {
        return count;
    }

    /** Whether each has a network of its own. */
    boolean areApart() {
        return areApart;
    }

    /** A host's name. */
    String name(int host) {
        return name + "-" + host;
    }

    /** Where all of them reach this process. */
    String address() {
        return areApart ? network + "1" : "127.0.0.1";
    }

    /** Where a host is seen to come from. */
    String address(int host) {
        return areApart ? network + (10 + host) : "127.0.0.1";
    }

    /** The words that start others on a host. */
    List<String> within(int host, List<String> words) {
        if (!areApart) {
            return words;
        }
        String named = "echo \"$1\" > /proc/sys/kernel/hostname && shift && exec \"$@\"";
        List<String> all = new ArrayList<>(
                List.of("ip", "netns", "exec", name(host), "unshare", "--uts", "sh", "-c", named, "sh", name(host)));
        all.addAll(words);
        return all;
    }

    /** Takes the network away again. */
    @Override
    public synchronized void close() {
        if (!areApart || isClosed) {
            return;
        }
        isClosed = true;
        for (int i = 0; i < count; i++) {
            remove("ip", "netns", "delete", name(i));
        }
        remove("ip", "link", "delete", name);
    }

    private static void remove(String... words) {
        try {
            run(words);
        } catch (IOException e) {
            // It was not made, or is gone.
        }
    }

    @Override
    public String toString() {
        return count + (areApart ? " network namespaces" : " processes of one host");
    }
}
