package dev.fleetauth.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A credential helper that keeps what it is given in a folder, for tests without a keyring. */
public final class FakeHelper {

    private static final String SCRIPT = """
            #!/bin/sh
            cd 'FOLDER' || exit 1
            file() { printf '%s' "$1" | tr -c 'a-zA-Z0-9_.-' '_'; }
            case $1 in
            store)
              entry=$(cat)
              url=$(printf '%s' "$entry" | sed -e 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/' -e 's#\\\\/#/#g')
              printf '%s' "$entry" > "$(file "$url")" ;;
            get)
              name=$(file "$(cat)")
              [ -f "$name" ] || { echo 'credentials not found in native keychain'; exit 1; }
              cat "$name" ;;
            erase) rm "$(file "$(cat)")" ;;
            list) echo '{}' ;;
            esac
            """;

    private FakeHelper() {}

    /**
     * Puts {@code docker-credential-NAME} into a folder, which may go into a {@code PATH}.
     *
     * @param kept where it keeps its entries, one a file
     */
    public static Path install(Path folder, String name, Path kept) throws IOException {
        Files.createDirectories(kept);
        return program(folder, "docker-credential-" + name, SCRIPT.replace("FOLDER", kept.toString()));
    }

    /** Puts a program into a folder, which may go into a {@code PATH}. */
    public static Path program(Path folder, String name, String script) throws IOException {
        Files.createDirectories(folder);
        Path program = Files.writeString(folder.resolve(name), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }
}
