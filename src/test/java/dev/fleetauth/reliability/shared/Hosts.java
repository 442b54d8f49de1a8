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
 * Hosts that share a network and a disk: Linux network namespaces, each with its own address, loopback and name. They
 * require root and {@code ip}; otherwise, all hosts are this one.
 */
final class Hosts implements AutoCloseable {

    private final int count;
    private final boolean areSeparate;

    /** The prefix of all names; the name of a network interface has at most 15 characters. */
    private final String name = "fa" + ThisProcess.id();

    private final String network;

    private boolean isClosed;

    private Hosts(int count, boolean areSeparate, String network) {
        this.count = count;
        this.areSeparate = areSeparate;
        this.network = network;
    }

    /** Creates hosts, in separate network namespaces if possible. */
    static Hosts create(int count) {
        try {
            Hosts separate = new Hosts(count, true, freeNetwork());
            try {
                separate.build();
                Runtime.getRuntime().addShutdownHook(new Thread(separate::close));
                return separate;
            } catch (IOException e) {
                separate.close();
            }
        } catch (IOException e) {
            // All hosts are this one.
        }
        return new Hosts(count, false, "");
    }

    /** A network reserved for benchmarks (RFC 2544) that no interface here uses. */
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
            requireReachable(i);
        }
    }

    /** Checks that a host reaches this process, which a firewall may prevent. */
    private void requireReachable(int host) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName(address()))) {
            String connect = "exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2)";
            List<String> words = commandOn(
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
                throw new IOException("failed: " + List.of(words));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    int count() {
        return count;
    }

    /** Whether each host has its own network. */
    boolean areSeparate() {
        return areSeparate;
    }

    /** A host's name. */
    String name(int host) {
        return name + "-" + host;
    }

    /** The address at which the hosts reach this process. */
    String address() {
        return areSeparate ? network + "1" : "127.0.0.1";
    }

    /** The source address of a host's connections. */
    String address(int host) {
        return areSeparate ? network + (10 + host) : "127.0.0.1";
    }

    /** The command line that runs a command on a host. */
    List<String> commandOn(int host, List<String> words) {
        if (!areSeparate) {
            return words;
        }
        String named = "echo \"$1\" > /proc/sys/kernel/hostname && shift && exec \"$@\"";
        List<String> all = new ArrayList<>(
                List.of("ip", "netns", "exec", name(host), "unshare", "--uts", "sh", "-c", named, "sh", name(host)));
        all.addAll(words);
        return all;
    }

    /** Removes the network. */
    @Override
    public synchronized void close() {
        if (!areSeparate || isClosed) {
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
            // It was not created, or is gone.
        }
    }

    @Override
    public String toString() {
        return count + (areSeparate ? " network namespaces" : " processes of one host");
    }
}
