package dev.fleetauth.flow.register;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.flow.Dialects;
import dev.fleetauth.flow.Engine;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.file.FileOwner;
import dev.fleetauth.model.Settings;
import dev.fleetauth.tesla.TokenType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Remembers what {@code register} last found about each application in each region. The file is optional: failures to
 * read or write it are ignored.
 */
public final class Registrations {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_ENTRIES = 100;
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path file;

    Registrations(Engine engine) {
        file = engine.home().resolve("registrations.json");
    }

    /** Whether a session's application needs a registration and can have one. */
    public static boolean isNeededFor(Settings settings) {
        TokenType type = Dialects.type(settings);
        return settings.region() != null && type.isForFleetApi() && type.hasSecret();
    }

    /** The registration of a session's application in its region, in words; empty if unknown. */
    public static Optional<String> of(Engine engine, Settings settings) {
        String region = String.valueOf(settings.region());
        JsonNode entry = new Registrations(engine).read().path(name(settings.clientId(), region));
        try {
            LocalDate found = LocalDate.ofInstant(
                    Instant.ofEpochSecond(entry.path("at_epoch").asLong()), ZoneOffset.UTC);
            return Optional.ofNullable(entry.path("domain").textValue())
                    .map(domain -> "with " + domain + " in region " + region + ", as found on " + found);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Records that an application was found to be registered.
     *
     * @param at when it was found
     */
    void add(String clientId, String region, String domain, Instant at) {
        ObjectNode all = read();
        all.remove(name(clientId, region));
        all.putObject(name(clientId, region)).put("domain", domain).put("at_epoch", at.getEpochSecond());
        Iterator<String> names = all.fieldNames();
        for (int extra = all.size() - MAX_ENTRIES; extra > 0; extra--) {
            names.next();
            names.remove();
        }
        write(all);
    }

    /** Records that an application was found not to be registered. */
    void remove(String clientId, String region) {
        ObjectNode all = read();
        if (all.remove(name(clientId, region)) != null) {
            write(all);
        }
    }

    private static String name(String clientId, String region) {
        return clientId + " " + region;
    }

    private ObjectNode read() {
        // Reading from a pipe in its place might never end.
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                if (MAPPER.readTree(in.readNBytes(Limits.INPUT_BYTES)) instanceof ObjectNode known) {
                    return known;
                }
            } catch (IOException e) {
                // Treated as empty.
            }
        }
        return MAPPER.createObjectNode();
    }

    private void write(ObjectNode all) {
        Path home = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try {
            if (FileOwner.isForeign(home)) {
                return;
            }
            FileOwner.createDirectories(home, FileOwner.permissions(home, "rwx------"));
            // A new file each time, so that it has a single writer. A truncated object counts as empty and is replaced.
            Files.deleteIfExists(file);
            try (SeekableByteChannel channel =
                    Files.newByteChannel(file, NEW_FILE, FileOwner.permissions(home, "rw-------"))) {
                FileOwner.inherit(file);
                channel.write(ByteBuffer.wrap(MAPPER.writeValueAsBytes(all)));
            }
        } catch (IOException e) {
            // Ignored: the next 'register' records it again.
        }
    }
}
