package dev.fleetauth.oauth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fleetauth.host.Limits;
import dev.fleetauth.host.ShutdownGuard;
import dev.fleetauth.host.file.FileOwner;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Discovery documents as they came, a file each, so that a provider need not be asked each time and need not be there. A
 * file is a help and never a need: one that cannot be read is passed over and one that cannot be written is left out.
 * What is read from it is judged again, as if it had just come.
 */
final class DiscoveryCache {

    /** A document of the largest size, were each of its characters escaped, and the members around it. */
    private static final int MAX_BYTES = 6 * Limits.DISCOVERY_BYTES + 4096;

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** What may stand in a header without harm. */
    private static final Pattern VALIDATOR = Pattern.compile("[ -~]{1,200}");

    private final Path folder;

    DiscoveryCache(Path folder) {
        this.folder = folder;
    }

    /**
     * A document and what HTTP says of its age (RFC 9111).
     *
     * @param address where it came from
     * @param document its text
     * @param etag its {@code ETag}; null for none
     * @param lastModified its {@code Last-Modified}; null for none
     * @param receivedAt when the provider last vouched for it
     * @param freshUntil until when the provider need not be asked again
     */
    record Entry(
            URI address,
            String document,
            @Nullable String etag,
            @Nullable String lastModified,
            Instant receivedAt,
            Instant freshUntil) {

        Entry {
            etag = harmless(etag);
            lastModified = harmless(lastModified);
        }

        private static @Nullable String harmless(@Nullable String validator) {
            return validator != null && VALIDATOR.matcher(validator).matches() ? validator : null;
        }
    }

    Optional<Entry> read(URI address) {
        Path file = file(address);
        // A pipe in its place would never end.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                return Optional.empty();
            }
            ObjectNode json = StrictJson.object(bytes);
            if (!json.path("address").asText().equals(address.toString())
                    || !json.path("document").isTextual()) {
                return Optional.empty();
            }
            return Optional.of(new Entry(
                    address,
                    json.path("document").textValue(),
                    json.path("etag").textValue(),
                    json.path("last_modified").textValue(),
                    Instant.ofEpochSecond(json.path("received_at_epoch").asLong()),
                    Instant.ofEpochSecond(json.path("fresh_until_epoch").asLong())));
        } catch (IOException | StrictJson.Malformed | DateTimeException e) {
            return Optional.empty();
        }
    }

    void write(Entry entry) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("address", entry.address().toString())
                .put("etag", entry.etag())
                .put("last_modified", entry.lastModified())
                .put("received_at_epoch", entry.receivedAt().getEpochSecond())
                .put("fresh_until_epoch", entry.freshUntil().getEpochSecond())
                .put("document", entry.document());
        ShutdownGuard writing = ShutdownGuard.begin();
        try (writing) {
            FileOwner.createDirectories(folder, FileOwner.permissions(folder, "rwx------"));
            Path file = file(entry.address());
            Files.deleteIfExists(file);
            // Made anew, so that it has one writer, whatever other processes do. No reader takes a part of an object
            // for one,
            // so a kill in here leaves nothing but a name that the next write takes.
            try (SeekableByteChannel channel =
                    Files.newByteChannel(file, NEW_FILE, FileOwner.permissions(folder, "rw-------"))) {
                FileOwner.inherit(file);
                ByteBuffer content = StandardCharsets.UTF_8.encode(json.toString());
                while (content.hasRemaining()) {
                    channel.write(content);
                }
            }
            forgetOldest();
        } catch (IOException e) {
            // The provider is asked again next time.
        }
    }

    /** Keeps the folder from growing with every issuer that was ever typed. */
    private void forgetOldest() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> oldest = files.sorted(
                            Comparator.comparing(DiscoveryCache::age).reversed())
                    .skip(Limits.KEPT_DOCUMENTS)
                    .toList();
            for (Path file : oldest) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            // Gone meanwhile, as another process tidies up too.
            return FileTime.fromMillis(0);
        }
    }

    void forget(URI address) {
        try {
            Files.deleteIfExists(file(address));
        } catch (IOException e) {
            // What is there is judged again when it is read.
        }
    }

    private Path file(URI address) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(address.toString().getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(hash) + ".json");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
