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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cache of discovery documents and key sets, one file each, so that most commands need no request for them, and work
 * even if the provider is unreachable. The cache is optional: files that cannot be read or written are skipped. Cached
 * content is validated like a new response.
 */
final class DocumentCache {

    /**
     * The largest document, a key set, with every character escaped, plus the JSON around it. An escaped character,
     * such as a quote, takes two bytes.
     */
    private static final int MAX_BYTES = 2 * Limits.KEYS_BYTES + 4096;

    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path directory;

    DocumentCache(Path directory) {
        this.directory = directory;
    }

    /**
     * A document and what HTTP says about its age (RFC 9111).
     *
     * @param address where it came from
     * @param document its text
     * @param etag its {@code ETag}; null if there was none
     * @param lastModified its {@code Last-Modified}; null if there was none
     * @param receivedAt when it was last received or revalidated
     * @param freshUntil the time from which it must be revalidated
     */
    record Entry(
            URI address,
            String document,
            @Nullable String etag,
            @Nullable String lastModified,
            Instant receivedAt,
            Instant freshUntil) {

        Entry {
            etag = usable(etag);
            lastModified = usable(lastModified);
        }

        /** A validator if it is safe to send in a header, else null. */
        private static @Nullable String usable(@Nullable String validator) {
            return validator != null && validator.matches("[ -~]{1,200}") ? validator : null;
        }
    }

    Optional<Entry> read(URI address) {
        Path file = file(address);
        // Opening a named pipe would block forever.
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
            FileOwner.createDirectories(directory, FileOwner.permissions(directory, "rwx------"));
            Path file = file(entry.address());
            Files.deleteIfExists(file);
            // A new file each time, so that it has only one writer. An incomplete file does not parse, so a process
            // that is killed here does no harm.
            try (SeekableByteChannel channel =
                    Files.newByteChannel(file, NEW_FILE, FileOwner.permissions(directory, "rw-------"))) {
                FileOwner.inherit(file);
                ByteBuffer content = StandardCharsets.UTF_8.encode(json.toString());
                while (content.hasRemaining()) {
                    channel.write(content);
                }
            }
            removeOldest();
        } catch (IOException e) {
            // The next command fetches the document again.
        }
    }

    /** Removes the oldest documents, so that the cache does not grow with every issuer ever used. */
    private void removeOldest() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> oldest = files.sorted(
                            Comparator.comparing(DocumentCache::modifiedAt).reversed())
                    .skip(Limits.CACHED_DOCUMENTS)
                    .toList();
            for (Path file : oldest) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime modifiedAt(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            // Another process has removed it.
            return FileTime.fromMillis(0);
        }
    }

    void remove(URI address) {
        try {
            Files.deleteIfExists(file(address));
        } catch (IOException e) {
            // The file stays, but it is no longer fresh, so the provider is asked before it is used.
        }
    }

    private Path file(URI address) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(address.toString().getBytes(StandardCharsets.UTF_8));
            return directory.resolve(HexFormat.of().formatHex(hash) + ".json");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }
}
