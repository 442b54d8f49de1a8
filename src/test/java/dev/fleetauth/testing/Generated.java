package dev.fleetauth.testing;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Generated inputs for parsers of untrusted text: valid inputs with changes. {@code src/bench/fuzz-many} sets their
 * number; the same seed generates the same inputs.
 */
public final class Generated {

    /** The number of inputs for each parser. */
    private static final int INPUTS = Integer.getInteger("fleetauth.inputs", 2_000);

    /** The seed of all inputs, which is also part of every failure message. */
    public static final long SEED = Seed.printed("Generating " + INPUTS + " inputs for each parser");

    /** Texts that parsers often mishandle. */
    private static final List<String> ODD = List.of(
            "\"",
            "'",
            "\\",
            "\\u0000",
            "\\ud800",
            "\u0000",
            "\r\n",
            "\n",
            "\t",
            " ",
            "\u00a0",
            "\u202e",
            "\ufeff",
            "\ud800",
            "{",
            "}",
            "[",
            "]",
            "[[[[[[[[",
            ":",
            ",",
            "null",
            "true",
            "-0",
            "1e999",
            "99999999999999999999",
            "0x1",
            "NaN",
            "%",
            "%00",
            "%zz",
            "%25",
            "&",
            "&&",
            "=",
            "==",
            "?",
            "#",
            ";",
            "+",
            "/",
            "//",
            "..",
            ".",
            "@",
            "https://",
            "<",
            "<title>",
            "</title>",
            "<!--",
            "eyJ",
            "A",
            "_",
            "-",
            "--",
            "\u00e4",
            "\ud83d\ude97",
            "$(x)",
            "`x`",
            "|",
            "*");

    private Generated() {}

    /** The inputs; the first ones are the valid ones, unchanged. */
    public static Stream<String> from(String... good) {
        return IntStream.range(0, INPUTS).mapToObj(i -> i < good.length ? good[i] : changed(good, i));
    }

    private static String changed(String[] good, int number) {
        var random = new SplittableRandom(SEED + number);
        var text = new StringBuilder(good[random.nextInt(good.length)]);
        for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(random.nextInt(3) == 0 ? 40 : 3));
            switch (random.nextInt(7)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, odd(random));
                case 2 -> text.replace(from, to, odd(random));
                case 3 -> text.insert(from, text.substring(from, to));
                case 4 -> text.insert(from, odd(random).repeat(random.nextInt(200)));
                case 5 -> text.setLength(from);
                default -> {
                    String other = good[random.nextInt(good.length)];
                    text.replace(from, to, other.substring(random.nextInt(other.length() + 1)));
                }
            }
        }
        return text.toString();
    }

    private static String odd(SplittableRandom random) {
        return random.nextInt(4) == 0
                ? String.valueOf((char) random.nextInt(0x180))
                : ODD.get(random.nextInt(ODD.size()));
    }
}
