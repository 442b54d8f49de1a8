package dev.fleetauth.tesla;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The domain that an application is registered with, and on which it hosts its public key.
 *
 * @param name the domain as it is registered
 * @param origin the origin at which the domain is reached
 */
public record ApplicationDomain(String name, URI origin) {

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    /** At least two labels. The last begins with a letter, which excludes IP addresses. */
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)(?:" + LABEL + "\\.)+(?=[a-z])" + LABEL);

    private static final Pattern AROUND_HOST = Pattern.compile("^[a-z][a-z0-9+.-]*://|[/?#].*$|\\.?:\\d*$|\\.$");

    private static final String FORM = "a domain name in lower case, such as example.com";

    /**
     * Parses a domain. The Fleet API accepts only one form: lower-case ASCII, without scheme, port or path.
     *
     * @param standIn the address of a local server that stands in for Tesla; its host and port count as a domain
     * @throws Failure of kind {@code BAD_VALUE}
     */
    public static ApplicationDomain parse(String text, URI standIn) {
        if (text.equals(standIn.getAuthority()) && "http".equals(standIn.getScheme())) {
            return new ApplicationDomain(text, URI.create("http://" + text));
        }
        if (!NAME.matcher(text).matches()) {
            throw Failure.of(Kind.BAD_VALUE, "--domain", text, expected(text));
        }
        return new ApplicationDomain(text, URI.create("https://" + text));
    }

    /** Describes what should be given instead. */
    private static String expected(String text) {
        String host = AROUND_HOST.matcher(text.strip().toLowerCase(Locale.ROOT)).replaceAll("");
        String ascii;
        try {
            ascii = AROUND_HOST
                    .matcher(IDN.toASCII(host).toLowerCase(Locale.ROOT))
                    .replaceAll("");
        } catch (IllegalArgumentException e) {
            return FORM;
        }
        return NAME.matcher(ascii).matches() ? "the domain name '" + ascii + "'" : FORM;
    }

    /** The address at which the application's public key is hosted. */
    public URI keyAddress() {
        return URI.create(origin + ApplicationKey.PATH);
    }

    /** The address that an owner opens on a phone to add the application's key to a vehicle. */
    public URI pairingAddress(Region region) {
        // In China, several programs use links on tesla.cn; Tesla's page mentions only tesla.com.
        String site = region.id().equals(Region.CN.id()) ? "https://www.tesla.cn" : "https://tesla.com";
        return URI.create(site + "/_ak/" + name);
    }

    /** Whether the name contains Tesla's own; the portal rejects such names (home-assistant.io #39108). */
    public boolean containsTesla() {
        return name.contains("tesla");
    }
}
