package dev.fleetauth.hostile;

import com.nimbusds.jose.util.Base64URL;
import dev.fleetauth.hostile.Case.After;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Files that a command line names, of any kind and content. */
final class LocalCases {

    private LocalCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (String command : List.of(
                "inspect {folder}/given",
                "login --client-secret-file {folder}/given",
                "login --client-key {folder}/given",
                "login --cacert {folder}/given")) {
            String name = command.split(" ", -1)[0] + " " + command.split(" ", -1)[1].replace("{folder}/given", "FILE");
            all.add(unreadable(name, command, "that is not there", o -> {}));
            all.add(unreadable(name, command, "that is a directory", o -> folder(o)));
            all.add(unreadable(name, command, "that is a pipe without a writer", o -> pipe(o)));
            all.add(unreadable(name, command, "that is a device without end", o -> link(o, "/dev/zero")));
            all.add(unreadable(name, command, "that is too large", o -> write(o, "a".repeat(1024 * 1024 + 1))));
        }
        all.add(refused("two lines", "canary\ncanary", 2, "does not contain a valid token"));
        all.add(refused("nothing", "\n", 2, "does not contain a valid token"));
        all.add(refused("a zero", "\u0000", 2, "does not contain a valid token"));
        all.add(refused("an invisible character", "\u202e", 2, "does not contain a valid token"));
        for (String text : List.of("canary", "a.b.c", "..", "eyJ.eyJ.", "a".repeat(1024 * 1024))) {
            all.add(shown("the text " + text.substring(0, Math.min(text.length(), 10)), text, "opaque"));
        }
        for (String claims : List.of(
                "{\"exp\":1e300}",
                "{\"exp\":-1e300,\"iat\":9223372036854775807}",
                "{\"exp\":253402300800,\"iat\":-253402300800}",
                "{\"exp\":\"soon\",\"iat\":[1],\"scp\":7,\"aud\":{}}",
                "{\"scp\":[null,1,{}],\"aud\":[null,1]}",
                "{\"a\":" + "[".repeat(20) + "]".repeat(20) + "}")) {
            all.add(shown(
                    "the claims " + claims.substring(0, Math.min(claims.length(), 40)),
                    jwt("{\"alg\":\"RS256\"}", claims),
                    "JWT"));
        }
        all.add(shown(
                "claims too deep to be read", jwt("{\"alg\":\"RS256\"}", "{\"a\":" + "[".repeat(9000)), "opaque"));
        all.add(shown(
                "controls in names, values and algorithm",
                jwt(
                        "{\"alg\":\"\\u001b[31m\"}",
                        "{\"\\u001b[2J\":\"\\u009b\\u202e\",\"aud\":\"\\u0007\",\"scp\":\"\\u202e\"}"),
                "\\u001b[31m"));
        all.add(new Case(
                "inspect: controls, as JSON",
                "inspect {folder}/given --format json",
                o -> write(o, jwt("{\"alg\":\"RS256\"}", "{\"\\u009b2J\\u202e\":\"\\u007f\\u009b\\u202e\"}")),
                0,
                "\\u009b",
                "",
                After.SAME));
        all.add(new Case(
                "inspect: a token of another issuer, verified",
                "inspect --verify {folder}/given",
                o -> write(o, jwt("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/x\",\"kid\":\"x\"}", "{}")),
                6,
                "the token names",
                "KK",
                After.SAME));
        all.add(new Case(
                "inspect: a token without a signature, verified",
                "inspect --verify {folder}/given",
                o -> write(o, jwt("{\"alg\":\"HS256\"}", "{}")),
                5,
                "(alg)",
                "",
                After.SAME));
        return all;
    }

    private static String jwt(String header, String claims) {
        return Base64URL.encode(header) + "." + Base64URL.encode(claims) + ".AAAA";
    }

    private static Case unreadable(String name, String command, String what, Consumer<HostileFixture> setup) {
        return new Case(name + " " + what, command, setup.andThen(o -> {}), 3, "cannot be read", "", After.SAME);
    }

    private static Case refused(String name, String content, int exit, String output) {
        return new Case(
                "inspect: " + name, "inspect {folder}/given", o -> write(o, content), exit, output, "", After.SAME);
    }

    private static Case shown(String name, String content, String output) {
        return new Case(
                "inspect: " + name, "inspect {folder}/given", o -> write(o, content), 0, output, "", After.SAME);
    }

    private static void write(HostileFixture o, String content) {
        try {
            Files.writeString(o.file("given"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void folder(HostileFixture o) {
        try {
            Files.createDirectory(o.file("given"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(HostileFixture o, String to) {
        try {
            Files.createSymbolicLink(o.file("given"), java.nio.file.Path.of(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pipe(HostileFixture o) {
        try {
            new ProcessBuilder("mkfifo", o.file("given").toString()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
