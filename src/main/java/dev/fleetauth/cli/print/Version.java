package dev.fleetauth.cli.print;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The program's version, which the build writes into a resource. */
public final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    /** The program's name and version, as {@code --version} prints them. */
    public static String line() {
        return "fleetauth " + number();
    }

    /** The version alone, such as {@code 1.2.0}. */
    public static String number() {
        try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                throw new IllegalStateException("the build did not write a version");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException("the version cannot be read", e);
        }
    }
}
