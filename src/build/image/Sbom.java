import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Adds to the SBOM (CycloneDX) which libraries are shipped in a changed form. Maven lists what they are made from, and that
 * stays their name and version, by which vulnerabilities are looked up; the file, its hash and the pedigree are of what is
 * shipped. Every other jar must be the published one.
 */
final class Sbom {

    private record Change(String library, String prefix, String suffix, String notes) {

        String jar(String version) {
            return prefix + version + suffix;
        }
    }

    private static final List<Change> CHANGES = List.of(
            new Change(
                    "bcprov-jdk18on",
                    "fleetauth-bouncycastle-",
                    "-subset.jar",
                    "Contains only the classes for AES-GCM and AES key wrap, without the jar's signature. The class"
                            + " org.bouncycastle.crypto.CryptoServicesRegistrar is replaced by one that permits every use"
                            + " (src/main/bouncycastle), as the original does when no constraints are set."),
            new Change(
                    "picocli",
                    "fleetauth-picocli-",
                    "-java17.jar",
                    "Compiled from the published sources for Java 17 instead of Java 5; the code is unchanged."));

    private Sbom() {}

    static void complete(Path sbom, Path libraries) throws IOException, NoSuchAlgorithmException {
        JsonMapper json = new JsonMapper();
        ObjectNode root = (ObjectNode) json.readTree(sbom.toFile());
        Set<String> jars = new TreeSet<>();
        for (Path jar : Directories.files(libraries)) {
            jars.add(jar.getFileName().toString());
        }
        Set<String> absent = new HashSet<>();
        for (JsonNode component : root.path("components")) {
            String name = component.path("name").asText();
            String version = component.path("version").asText();
            String published = name + "-" + version + ".jar";
            Optional<Change> change =
                    CHANGES.stream().filter(one -> one.library().equals(name)).findFirst();
            if (jars.remove(published)) {
                if (!sha256(libraries.resolve(published)).equals(sha256(component))) {
                    throw new IllegalStateException(published + " is not the published file: give it another name");
                }
            } else if (change.isPresent()) {
                String jar = change.get().jar(version);
                describe(
                        (ObjectNode) component,
                        jar,
                        sha256(libraries.resolve(jar)),
                        change.get().notes());
                jars.remove(jar);
            } else {
                absent.add(component.path("bom-ref").asText());
            }
        }
        remove(root, absent);
        if (!jars.isEmpty()) {
            throw new IllegalStateException("shipped, but not in the SBOM: " + jars);
        }
        json.writerWithDefaultPrettyPrinter().writeValue(sbom.toFile(), root);
    }

    /** Removes components that are not shipped: Maven lists the provided ones too if another library needs them. */
    private static void remove(ObjectNode root, Set<String> references) {
        removeIf(
                root.withArray("components"),
                component -> references.contains(component.path("bom-ref").asText()));
        removeIf(
                root.withArray("dependencies"),
                dependency -> references.contains(dependency.path("ref").asText()));
        for (JsonNode dependency : root.path("dependencies")) {
            removeIf(((ObjectNode) dependency).withArray("dependsOn"), other -> references.contains(other.asText()));
        }
    }

    private static void removeIf(ArrayNode nodes, Predicate<JsonNode> condition) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (condition.test(nodes.get(i))) {
                nodes.remove(i);
            }
        }
    }

    private static void describe(ObjectNode component, String jar, String hash, String notes) {
        // Offline, Maven leaves the SBOM of the last build, which is complete already.
        ObjectNode original = component.has("pedigree")
                ? (ObjectNode) component.path("pedigree").path("ancestors").get(0)
                : component.deepCopy();
        original.remove("bom-ref");
        component.put("modified", true);
        ArrayNode hashes = component.putArray("hashes");
        hashes.addObject().put("alg", "SHA-256").put("content", hash);
        ObjectNode pedigree = component.putObject("pedigree");
        pedigree.putArray("ancestors").add(original);
        pedigree.put("notes", notes);
        component
                .putArray("properties")
                .addObject()
                .put("name", "fleetauth:file")
                .put("value", jar);
    }

    private static String sha256(JsonNode component) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("alg").asText().equals("SHA-256")) {
                return hash.path("content").asText();
            }
        }
        throw new IllegalStateException(
                "no SHA-256 of " + component.path("name").asText());
    }

    private static String sha256(Path jar) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
    }
}
