package dev.fleetauth.oauth.endpoint;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key in PEM (RFC 7468): PKCS#8, or OpenSSL's older formats, PKCS#1 for RSA and SEC 1 for EC. */
final class PemKey {

    /** The number of blanks is bounded, to limit backtracking. */
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ([A-Z0-9 ]{1,40})-----[ \\t]{0,9}\\r?\\n([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

    private static final String RSA_ALGORITHM = "300d06092a864886f70d0101010500";
    private static final String P256 = "06082a8648ce3d030107";
    private static final String EC_ALGORITHM = "301306072a8648ce3d0201" + P256;

    /**
     * Version and private value of a SEC 1 key (RFC 5915 3), and the rest: the curve, if it is named, and the point.
     */
    private static final Pattern SEC1 = Pattern.compile("30(?:81)?[0-9a-f]{2}02010104([0-9a-f]{2})([0-9a-f]*)");

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;

    private PemKey() {}

    /**
     * Reads the only private key in a text. Certificates and public keys in it are skipped.
     *
     * @throws RejectedKeyException if there is none or more than one, or it is encrypted or of another kind
     */
    static PrivateKey read(String text) throws RejectedKeyException {
        String label = label(text);
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals(label)) {
                return key(label, decoded(block.group(2)));
            }
        }
        throw new RejectedKeyException("its PEM is malformed", RejectedKeyException.USE_ANOTHER_KEY);
    }

    private static String label(String text) throws RejectedKeyException {
        List<String> labels = new ArrayList<>();
        Matcher matcher = LABEL.matcher(text);
        while (matcher.find()) {
            labels.add(matcher.group(1));
        }
        List<String> keys =
                labels.stream().filter(name -> name.endsWith("PRIVATE KEY")).toList();
        if (keys.contains("ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new RejectedKeyException(
                    "it is encrypted with a passphrase",
                    "decrypt it with 'openssl pkey -in FILE -out NEW'; the store seals it again");
        }
        if (keys.size() > 1) {
            throw new RejectedKeyException("it contains more than one private key", "remove all but the client's key");
        }
        if (keys.isEmpty()) {
            throw new RejectedKeyException(whyNoKey(text, labels), RejectedKeyException.USE_ANOTHER_KEY);
        }
        return keys.get(0);
    }

    private static String whyNoKey(String text, List<String> labels) {
        if (labels.stream().anyMatch(name -> name.endsWith("PUBLIC KEY"))) {
            return "it is a public key";
        }
        if (labels.stream().anyMatch(name -> name.endsWith("CERTIFICATE"))) {
            return "it is a certificate, not a private key";
        }
        if (text.startsWith("ssh-") || text.startsWith("ecdsa-")) {
            return "it is a public key in OpenSSH's format";
        }
        if (text.startsWith("PuTTY-User-Key-File")) {
            return "it is a key in PuTTY's format";
        }
        return text.isBlank() ? "it is empty" : "it is neither PEM nor a JWK";
    }

    private static byte[] decoded(String base64) throws RejectedKeyException {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            // No cause: a decoder's message quotes its input.
            throw new RejectedKeyException(
                    "its PEM is malformed: it is not Base64", RejectedKeyException.USE_ANOTHER_KEY);
        }
    }

    private static PrivateKey key(String label, byte[] der) throws RejectedKeyException {
        return switch (label) {
            case "PRIVATE KEY" -> ofPkcs8(der);
            case "RSA PRIVATE KEY" -> ofPkcs8(pkcs8(RSA_ALGORITHM, der));
            case "EC PRIVATE KEY" -> ofPkcs8(pkcs8(EC_ALGORITHM, requireP256(der)));
            case "OPENSSH PRIVATE KEY" ->
                throw new RejectedKeyException(
                        "it is a key in OpenSSH's format",
                        "convert a copy of it with 'ssh-keygen -p -N \"\" -m PEM -f COPY'");
            default -> throw new RejectedKeyException("it is a '" + label + "'", RejectedKeyException.USE_ANOTHER_KEY);
        };
    }

    private static PrivateKey ofPkcs8(byte[] der) throws RejectedKeyException {
        String hex = HexFormat.of().formatHex(der, 0, Math.min(der.length, 64));
        String algorithm = hex.contains("06092a864886f70d010101") ? "RSA" : "EC";
        if (algorithm.equals("EC") && !hex.contains("06072a8648ce3d0201")) {
            throw new RejectedKeyException("it is neither an RSA nor an EC key", RejectedKeyException.USE_ANOTHER_KEY);
        }
        if (algorithm.equals("EC") && !hex.contains(P256)) {
            throw new RejectedKeyException(RejectedKeyException.OTHER_CURVE, RejectedKeyException.USE_ANOTHER_KEY);
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            // No cause: its message may quote the key.
            throw new RejectedKeyException("its content is damaged", RejectedKeyException.USE_ANOTHER_KEY);
        }
    }

    /** Rejects a SEC 1 key that names a curve other than P-256; it need not name one. */
    private static byte[] requireP256(byte[] sec1) throws RejectedKeyException {
        Matcher key = SEC1.matcher(HexFormat.of().formatHex(sec1));
        int digits = key.matches() ? 2 * Integer.parseInt(key.group(1), 16) : 0;
        if (digits == 0 || key.group(2).length() < digits) {
            throw new RejectedKeyException("its content is damaged", RejectedKeyException.USE_ANOTHER_KEY);
        }
        String rest = key.group(2).substring(digits);
        if (rest.startsWith("a0") && !rest.startsWith("a00a" + P256)) {
            throw new RejectedKeyException(RejectedKeyException.OTHER_CURVE, RejectedKeyException.USE_ANOTHER_KEY);
        }
        return sec1;
    }

    /** Encodes a key as PKCS#8 (RFC 5958 2). */
    private static byte[] pkcs8(String algorithm, byte[] key) {
        byte[] version = {2, 1, 0};
        return der(SEQUENCE, version, HexFormat.of().parseHex(algorithm), der(OCTETS, key));
    }

    private static byte[] der(int tag, byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] signed = BigInteger.valueOf(size).toByteArray();
        byte[] length = signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
        ByteBuffer der = ByteBuffer.allocate(2 + length.length + size).put((byte) tag);
        // X.690 8.1.3: a length of more than 127 is preceded by the number of its bytes.
        if (size > Byte.MAX_VALUE) {
            der.put((byte) (0x80 + length.length));
        }
        der.put(length);
        for (byte[] part : parts) {
            der.put(part);
        }
        byte[] written = new byte[der.position()];
        der.flip().get(written);
        return written;
    }
}
