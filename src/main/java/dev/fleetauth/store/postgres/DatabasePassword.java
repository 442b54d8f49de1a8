package dev.fleetauth.store.postgres;

import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ExactText;
import dev.fleetauth.host.file.Disk;
import dev.fleetauth.host.file.FileReason;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.host.file.Permissions;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The password of the database's user: from the file named by {@code FLEETAUTH_STORE_PASSWORD_FILE}, else {@code
 * PGPASSWORD}, else a line of the password file ({@code PGPASSFILE}, {@code ~/.pgpass}) as PostgreSQL's own programs
 * read it.
 */
final class DatabasePassword {

    private static final String FILE = "FLEETAUTH_STORE_PASSWORD_FILE";
    private static final int MAX_BYTES = 64 * 1024;
    private static final int FIELDS = 5;

    private final Environment env;
    private final DatabaseAddress address;

    DatabasePassword(Environment env, DatabaseAddress address) {
        this.env = env;
        this.address = address;
    }

    /** The password; null if there is none, as for databases that require none. */
    @Nullable
    String find() {
        Optional<String> file = env.variable(FILE);
        if (file.isPresent()) {
            // Neither a byte order mark nor the line ending is part of the password.
            String content = content(FILE, path(FILE, file.get())).replaceFirst("\\A\uFEFF", "");
            return ExactText.require(content.replaceFirst("\r?\n\\z", ""), file.get());
        }
        Optional<String> given = env.variable("PGPASSWORD");
        if (given.isPresent()) {
            return given.get();
        }
        Optional<String> passFile = env.variable("PGPASSFILE");
        Path passwordFile = passFile.map(name -> path("PGPASSFILE", name))
                .orElseGet(() -> env.userHome().resolve(".pgpass"));
        if (!Files.isRegularFile(passwordFile)) {
            if (passFile.isPresent()) {
                throw unreadable(passwordFile, "it is not a regular file");
            }
            return null;
        }
        String password = inLines(content("PGPASSFILE", passwordFile));
        return password == null ? null : ExactText.require(password, passwordFile.toString());
    }

    private String content(String source, Path file) {
        try {
            Disk.rejectDirectory(file);
            String mode = Permissions.modeIfOthersCan(Permissions.READ_OR_WRITE, file);
            if (mode != null && source.equals("PGPASSFILE")) {
                // Like PostgreSQL's own programs.
                throw Failure.of(Kind.FILE_EXPOSED, file, mode);
            }
            return new String(Disk.readFollowingLinks(file, MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(file, FileReason.of(e));
        } catch (MalformedException e) {
            throw unreadable(file, e.why());
        }
    }

    private static Failure unreadable(Path file, String why) {
        return Failure.of(Kind.FILE_UNREADABLE, file, why);
    }

    private Path path(String variable, String value) {
        try {
            return env.path(value);
        } catch (InvalidPathException e) {
            throw Failure.of(Kind.BAD_VALUE, variable, value, "the path of a file");
        }
    }

    private @Nullable String inLines(String content) {
        for (DatabaseAddress.Host host : address.hosts()) {
            for (String line : content.lines().toList()) {
                List<String> fields = fields(line);
                if (!line.startsWith("#")
                        && fields.size() == FIELDS
                        && matches(fields.get(0), host.name())
                        && matches(fields.get(1), String.valueOf(host.port()))
                        && matches(fields.get(2), address.database())
                        && matches(fields.get(3), address.user())) {
                    return fields.get(4);
                }
            }
        }
        return null;
    }

    private static boolean matches(String field, String value) {
        return field.equals("*") || field.equals(value);
    }

    /** The fields of a line, separated by colons; a backslash escapes the next character. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                i++;
                field.append(line.charAt(i));
            } else if (c == ':') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
