package dev.fleetauth.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Sealed records as another version of fleetauth would write them. */
public final class FormatVersion {

    private FormatVersion() {}

    /** A sealed record whose header has another format version. */
    public static String changed(String sealed) {
        int end = sealed.indexOf('.');
        String header = new String(Base64.getUrlDecoder().decode(sealed.substring(0, end)), StandardCharsets.UTF_8)
                .replace("\"version\":1", "\"version\":2");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8))
                + sealed.substring(end);
    }
}
