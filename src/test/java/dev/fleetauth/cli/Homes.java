package dev.fleetauth.cli;

import dev.fleetauth.model.Candidate;
import dev.fleetauth.model.ClientAuthentication;
import dev.fleetauth.model.Endpoints;
import dev.fleetauth.model.Grant;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.ProfileName;
import dev.fleetauth.model.Scope;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Session;
import dev.fleetauth.model.Settings;
import dev.fleetauth.model.Tokens;
import dev.fleetauth.store.Store;
import dev.fleetauth.store.file.FileStore;
import dev.fleetauth.testing.TestShell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Homes with a profile {@code car} and a copy of it as {@code default}, in every state that a command may meet. */
public final class Homes {

    private final TestShell shell;
    private final Path folder;
    private final List<Path> homes = new ArrayList<>();

    /** @param folder the directory in which the homes are created */
    public Homes(TestShell shell, Path folder) {
        this.shell = shell;
        this.folder = folder.resolve("homes");
    }

    /** A change to the files of a home, which is made for each of its profiles. */
    private interface Change {
        void to(Path profiles, String name) throws IOException;
    }

    /** Creates only the home in which a valid token can be printed at once. */
    public Path plain() throws IOException {
        home("plain", profile(tokens("access-token", "Bearer", Duration.ofHours(8)), null));
        return homes.get(0);
    }

    /** Creates all homes. */
    public List<Path> all() throws IOException {
        Profile plain = profile(tokens("access-token", "Bearer", Duration.ofHours(8)), null);
        // Several, so that a random choice picks this state more often than the others.
        for (String name : List.of("plain-1", "plain-2", "plain-3", "plain-4", "plain-5")) {
            home(name, plain);
        }
        home("no-known-expiry", profile(tokens("access-token", "bearer", null), null));
        home("another-type", profile(tokens("access-token", "mac", Duration.ofHours(8)), null));
        home("unprintable", profile(tokens("access'token", "Bearer", Duration.ofHours(8)), null));
        home("logged-out", profile(null, null));
        home("candidate", profile(tokens("access-token", "Bearer", Duration.ofHours(8)), "subject"));
        home("others-can-read", plain, (profiles, name) -> mode(profiles.resolve(name + ".jwe"), "rw-r--r--"));
        home("others-can-write", plain, (profiles, name) -> mode(profiles.resolve(name + ".jwe"), "rw-rw----"));
        home("others-can-write-in-it", plain, (profiles, name) -> mode(profiles, "rwxrwxrwx"));
        home("others-can-read-keys", plain, (profiles, name) -> mode(keys(profiles), "rw-r--r--"));
        home("others-can-write-keys", plain, (profiles, name) -> mode(keys(profiles), "rw-rw-rw-"));
        home("no-keys", plain, (profiles, name) -> Files.deleteIfExists(keys(profiles)));
        home("no-profile", plain, (profiles, name) -> Files.delete(profiles.resolve(name + ".jwe")));
        home("line-feed", plain, (profiles, name) -> edit(profiles.resolve(name + ".jwe"), text -> text + "\n"));
        home("cut-off", plain, (profiles, name) -> edit(profiles.resolve(name + ".jwe"), text -> text.substring(9)));
        home("changed", plain, (profiles, name) -> edit(profiles.resolve(name + ".jwe"), Homes::withOtherTag));
        home("changed-keys", plain, (profiles, name) -> edit(keys(profiles), Homes::withOtherTag));
        home("garbage-keys", plain, (profiles, name) -> Files.writeString(keys(profiles), "garbage"));
        home("link", plain, Homes::link);
        home("garbage-next", plain, (profiles, name) -> Files.writeString(profiles.resolve(name + ".next"), "garbage"));
        home("cut-off-next", plain, (profiles, name) -> Files.writeString(profiles.resolve(name + ".next"), "eyJ"));
        home(
                "same-next",
                plain,
                (profiles, name) -> Files.copy(profiles.resolve(name + ".jwe"), profiles.resolve(name + ".next")));
        home(
                "only-next",
                plain,
                (profiles, name) -> Files.move(profiles.resolve(name + ".jwe"), profiles.resolve(name + ".next")));
        home(
                "link-next",
                plain,
                (profiles, name) -> Files.createSymbolicLink(profiles.resolve(name + ".next"), Path.of("nowhere")));
        homes.add(Files.createDirectory(folder.resolve("empty")));
        return homes;
    }

    private void home(String name, Profile profile, Change... changes) throws IOException {
        Path home = folder.resolve(name);
        var environment = shell.environment(
                InputStream.nullInputStream(), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        var store = new FileStore(environment, home, true, warning -> {});
        for (String profileName : List.of("car", "default")) {
            ProfileName named = new ProfileName(profileName);
            store.checkWritable(named);
            try (Store.Lease lease = store.lock(named, Duration.ZERO)) {
                lease.save(new Profile(named, 3, profile.session(), profile.candidate()), false);
            }
        }
        for (String profileName : List.of("car", "default")) {
            for (Change change : changes) {
                change.to(home.resolve("profiles"), profileName);
            }
        }
        homes.add(home);
    }

    private Profile profile(@Nullable Tokens tokens, @Nullable String candidateFor) {
        Settings settings = new Settings(
                "third-party",
                "https://issuer.example",
                "na",
                Grant.AUTHORIZATION_CODE,
                "client",
                new Secret("client-secret"),
                null,
                ClientAuthentication.POST,
                Scope.parse("openid offline_access"),
                "https://audience.example",
                null,
                URI.create("http://localhost:8484/callback"),
                Map.of(),
                new Endpoints(null, URI.create("https://issuer.example/token"), null, null, null),
                null);
        Session session = new Session("session", settings, tokens);
        Candidate candidate = candidateFor == null
                ? null
                : new Candidate(session, null, candidateFor, shell.clock().instant());
        return new Profile(ProfileName.DEFAULT, 3, session, candidate);
    }

    private Tokens tokens(String accessToken, String type, @Nullable Duration life) {
        var now = shell.clock().instant();
        return new Tokens(
                new Secret(accessToken),
                type,
                now,
                life,
                new Secret("refresh-token"),
                now,
                null,
                null,
                "subject",
                null);
    }

    private static Path keys(Path profiles) {
        return profiles.resolveSibling("keys.jwe");
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void link(Path profiles, String name) throws IOException {
        Files.move(profiles.resolve(name + ".jwe"), profiles.resolve(name + ".elsewhere"));
        Files.createSymbolicLink(profiles.resolve(name + ".jwe"), Path.of(name + ".elsewhere"));
    }

    private static void edit(Path file, UnaryOperator<String> change) throws IOException {
        Files.writeString(file, change.apply(Files.readString(file)));
    }

    /** The text of a sealed file with another authentication tag. */
    private static String withOtherTag(String text) {
        return text.substring(0, text.length() - 5) + "AAAAA";
    }

    /** Replaces a home with a copy of another, including file modes. */
    public static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> old = Files.walk(to)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** The paths of the files in a home, relative to it. */
    public static List<String> files(Path home) {
        try (Stream<Path> all = Files.walk(home)) {
            return all.map(path -> home.relativize(path).toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
