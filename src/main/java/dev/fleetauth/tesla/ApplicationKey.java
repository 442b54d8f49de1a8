package dev.fleetauth.tesla;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public key of an application: a point on P-256, hosted on its domain in PEM
 * (developer.tesla.com/docs/fleet-api/virtual-keys/developer-guide).
 *
 * @param point the uncompressed point (SEC 1 2.3.3) in lower-case hexadecimal digits, as the Fleet API writes it
 */
public record ApplicationKey(String point) {

    /** The path at which an application hosts its key. */
    public static final String PATH = "/.well-known/appspecific/com.tesla.3p.public-key.pem";

    /** The bytes before the point in a SubjectPublicKeyInfo (RFC 5480 2); they are constant for a named curve. */
    private static final String HEADER = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

    private static final int POINT_DIGITS = 130;
    private static final int SHOWN_DIGITS = 16;

    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);

    private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final Pattern BLOCK = Pattern.compile(
            "(?m)^-----BEGIN PUBLIC KEY-----[ \\t]*\\r?\\n([A-Za-z0-9+/= \\t\\r\\n]*+)-----END PUBLIC KEY-----");
    private static final Pattern PRIVATE = Pattern.compile("(?i)PRIVATE KEY|PuTTY-User-Key-File|\"d\"\\s*:");

    /** DER object identifiers that identify unsuitable keys, each with its description. */
    private static final Map<String, String> UNSUITABLE = unsuitable();

    private static final String USE_P256 = "use the public key of an EC key pair on P-256 (prime256v1), in PEM";

    private static Map<String, String> unsuitable() {
        Map<String, String> others = new LinkedHashMap<>();
        others.put("2a864886f70d0101", "it is an RSA key");
        others.put("2b81040022", "its curve is P-384 (secp384r1)");
        others.put("2b81040023", "its curve is P-521 (secp521r1)");
        others.put("2b8104000a", "its curve is secp256k1");
        others.put("2a8648ce3d0101", "its curve is given by parameters instead of by name");
        others.put("2a8648ce3d030107", "its point is not in uncompressed form");
        others.put("2a8648ce3d0201", "its curve is not P-256");
        others.put("2b6570", "it is an Ed25519 key");
        others.put("2b656e", "it is an X25519 key");
        return others;
    }

    /** Why a file or response is not such a key. It quotes only the input's PEM label. */
    public static final class Rejected extends Exception {
        private static final long serialVersionUID = 1L;

        private final String remedy;
        private final boolean isPrivate;

        Rejected(String why, String remedy) {
            this(why, remedy, false);
        }

        Rejected(String why, String remedy, boolean isPrivate) {
            super(why);
            this.remedy = remedy;
            this.isPrivate = isPrivate;
        }

        /** Whether the input is or contains a private key. */
        public boolean isPrivate() {
            return isPrivate;
        }

        /** The reason. */
        public String why() {
            return String.valueOf(getMessage());
        }

        /** What to do about it. */
        public String remedy() {
            return remedy;
        }
    }

    /**
     * Parses a key in PEM (RFC 7468). Text before and after it is allowed.
     *
     * @throws Rejected if the input is anything but a single public key on P-256
     */
    public static ApplicationKey parse(byte[] pem) throws Rejected {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        if (PRIVATE.matcher(text).find()) {
            boolean isEncrypted = text.contains("ENCRYPTED");
            throw new Rejected(
                    "it is " + (isEncrypted ? "an encrypted private key" : "a private key")
                            + ", which must not leave this machine and is not read",
                    "use the public key instead: 'openssl ec -in PRIVATE -pubout -out public-key.pem' writes it",
                    true);
        }
        requireText(pem);
        Matcher label = LABEL.matcher(text);
        if (!label.find()) {
            throw new Rejected(withoutLabel(text), USE_P256);
        }
        String first = label.group(1);
        if (first.endsWith("CERTIFICATE")) {
            throw new Rejected(
                    "it is a certificate",
                    "use only the public key: 'openssl x509 -in CERTIFICATE -pubkey -noout' prints it");
        }
        if (!first.equals("PUBLIC KEY")) {
            throw new Rejected(
                    "it is not a public key: its PEM label is '" + first.toLowerCase(Locale.ROOT) + "'", USE_P256);
        }
        if (label.find()) {
            throw new Rejected("it contains more than one key", "remove everything but the application's public key");
        }
        Matcher block = BLOCK.matcher(text);
        if (!block.find()) {
            throw new Rejected("its PEM is malformed: the lines do not follow RFC 7468", USE_P256);
        }
        try {
            return ofDer(Base64.getDecoder().decode(block.group(1).replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            // No cause: a decoder's message quotes its input.
            throw new Rejected("its PEM is malformed: invalid Base64", USE_P256);
        }
    }

    /**
     * Parses a SubjectPublicKeyInfo (RFC 5280 4.1.2.7) in DER.
     *
     * @throws Rejected if the input is anything but a public key on P-256
     */
    public static ApplicationKey ofDer(byte[] der) throws Rejected {
        String digits = HexFormat.of().formatHex(der);
        if (!digits.startsWith(HEADER + "04") || digits.length() != HEADER.length() + POINT_DIGITS) {
            throw new Rejected(
                    UNSUITABLE.entrySet().stream()
                            .filter(other -> digits.contains(other.getKey()))
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElse("it is not a public key"),
                    USE_P256);
        }
        ApplicationKey key = new ApplicationKey(digits.substring(HEADER.length()));
        if (!key.isOnCurve()) {
            throw new Rejected("its point is not on the curve P-256", USE_P256);
        }
        return key;
    }

    private static void requireText(byte[] bytes) throws Rejected {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            throw new Rejected(
                    "it begins with a byte order mark, which most PEM readers reject",
                    "save it as UTF-8 without a byte order mark");
        }
        if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
            throw new Rejected("it is UTF-16 text", "save it as plain ASCII or UTF-8 text");
        }
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xFF) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static String withoutLabel(String text) {
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        if (start.isEmpty()) {
            return "it is empty";
        }
        if (start.startsWith("<")) {
            return "it is an HTML page, not a key in PEM";
        }
        if (start.startsWith("ssh-") || start.startsWith("ecdsa-") || start.startsWith("---- begin ssh2")) {
            return "it is a key in OpenSSH format, not in PEM";
        }
        return start.startsWith("{") ? "it is JSON, not a key in PEM" : "it is not a key in PEM";
    }

    private boolean isOnCurve() {
        BigInteger x = new BigInteger(point.substring(2, 66), 16);
        BigInteger y = new BigInteger(point.substring(66), 16);
        BigInteger right = x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(B);
        return x.compareTo(P) < 0
                && y.compareTo(P) < 0
                && y.pow(2).subtract(right).mod(P).signum() == 0;
    }

    private byte[] der() {
        return HexFormat.of().parseHex(HEADER + point);
    }

    /** The key in PEM. */
    public String pem() {
        return pem("PUBLIC KEY", der());
    }

    /** Encodes a structure in PEM (RFC 7468 3). */
    public static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** A short fingerprint: the beginning of the SHA-256 hash of the key. */
    public String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(der());
            return HexFormat.of().formatHex(hash).substring(0, SHOWN_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }
}
