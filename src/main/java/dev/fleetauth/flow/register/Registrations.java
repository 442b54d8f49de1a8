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
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code register} last found of each application in each region. The file is a help and never a need: one that cannot
 * be read says nothing, and one that cannot be written is left out.
 */
public final class Registrations {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_ENTRIES = 100;
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path file;

    Registrations(Engine engine) {
        file = engine.home().resolve("registrations.json");
    }

    /** Whether a session's application has to be registered, and can be. */
    public static boolean concern(Settings settings) {
        TokenType type = Dialects.type(settings);
        return settings.region() != null && type.isOfFleetApi() && type.hasSecret();
    }

    /** The domain that a session's application is registered with in its region; empty if that is not known here. */
    public static Optional<String> domain(Engine engine, Settings settings) {
        return new Registrations(engine)
                .of(settings.clientId(), String.valueOf(settings.region()))
                .map(Registration::domain);
    }

    /**
     * A registration.
     *
     * @param domain the domain that the application is registered with
     * @param at when that was found
     */
    record Registration(String domain, Instant at) {}

    private Optional<Registration> of(String clientId, String region) {
        JsonNode entry = read().path(name(clientId, region));
        try {
            return entry.path("domain").isTextual()
                    ? Optional.of(new Registration(
                            entry.path("domain").textValue(),
                            Instant.ofEpochSecond(entry.path("at_epoch").asLong())))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Notes that an application was found to be registered. */
    void add(String clientId, String region, Registration registration) {
        ObjectNode all = read();
        all.remove(name(clientId, region));
        all.putObject(name(clientId, region))
                .put("domain", registration.domain())
                .put("at_epoch", registration.at().getEpochSecond());
        Iterator<String> names = all.fieldNames();
        for (int extra = all.size() - MAX_ENTRIES; extra > 0; extra--) {
            names.next();
            names.remove();
        }
        write(all);
    }

    /** Notes that an application was found not to be registered. */
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
        // A pipe in its place would never end.
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                if (MAPPER.readTree(in.readNBytes(Limits.INPUT_BYTES)) instanceof ObjectNode known) {
                    return known;
                }
            } catch (IOException e) {
                // It says nothing.
            }
        }
        return MAPPER.createObjectNode();
    }

    private void write(ObjectNode all) {
        Path home = file.toAbsolutePath().getParent();
        try {
            if (FileOwner.isForeign(home)) {
                return;
            }
            FileOwner.createDirectories(home, FileOwner.permissions(home, "rwx------"));
            // Created again, so that it has one writer; a part of an object says nothing, and is replaced by the next
            // one.
            Files.deleteIfExists(file);
            try (SeekableByteChannel channel =
                    Files.newByteChannel(file, NEW_FILE, FileOwner.permissions(home, "rw-------"))) {
                FileOwner.inherit(file);
                channel.write(ByteBuffer.wrap(MAPPER.writeValueAsBytes(all)));
            }
        } catch (IOException e) {
            // The next one finds it out again.
        }
    }
}
