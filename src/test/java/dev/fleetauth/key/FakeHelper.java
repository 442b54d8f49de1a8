package dev.fleetauth.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A credential helper that keeps its entries in a directory, for tests without a keyring. */
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
     * Creates {@code docker-credential-NAME} in a directory, which can be added to a {@code PATH}.
     *
     * @param kept the directory of its entries, one file each
     */
    public static Path install(Path folder, String name, Path kept) throws IOException {
        Files.createDirectories(kept);
        return program(folder, "docker-credential-" + name, SCRIPT.replace("FOLDER", kept.toString()));
    }

    /** Creates a program in a directory, which can be added to a {@code PATH}. */
    public static Path program(Path folder, String name, String script) throws IOException {
        Files.createDirectories(folder);
        Path program = Files.writeString(folder.resolve(name), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }
}
