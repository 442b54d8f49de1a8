package dev.fleetauth.tesla;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The domain that an application is registered with, and on which it hosts its key.
 *
 * @param name the domain as it is registered
 * @param origin where it is reached
 */
public record ApplicationDomain(String name, URI origin) {

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    /** Two labels at least, of which the last begins with a letter, as that of no IP address does. */
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)(?:" + LABEL + "\\.)+(?=[a-z])" + LABEL);

    private static final Pattern AROUND_HOST = Pattern.compile("^[a-z][a-z0-9+.-]*://|[/?#].*$|\\.?:\\d*$|\\.$");

    private static final String FORM = "a domain alone, in lower case, such as example.com";

    /**
     * Reads a domain, which the Fleet API takes in one form alone: in lower case and ASCII, without scheme, port and path.
     *
     * @param standIn the address of a server on this machine that plays Tesla's; its own name is a domain there
     * @throws Failure of kind {@code BAD_VALUE}
     */
    public static ApplicationDomain parse(String text, URI standIn) {
        if (text.equals(standIn.getAuthority()) && "http".equals(standIn.getScheme())) {
            return new ApplicationDomain(text, URI.create("http://" + text));
        }
        if (!NAME.matcher(text).matches()) {
            throw Failure.of(Kind.BAD_VALUE, "--domain", text, meant(text));
        }
        return new ApplicationDomain(text, URI.create("https://" + text));
    }

    /** What is to be given instead. */
    private static String meant(String text) {
        String host = AROUND_HOST.matcher(text.strip().toLowerCase(Locale.ROOT)).replaceAll("");
        String ascii;
        try {
            ascii = AROUND_HOST
                    .matcher(IDN.toASCII(host).toLowerCase(Locale.ROOT))
                    .replaceAll("");
        } catch (IllegalArgumentException e) {
            return FORM;
        }
        return NAME.matcher(ascii).matches() ? "'" + ascii + "': " + FORM : FORM;
    }

    /** Where the application's key is hosted. */
    public URI keyAddress() {
        return URI.create(origin + ApplicationKey.PATH);
    }

    /** What an owner opens on a phone to let the application's key into a vehicle. */
    public URI pairingAddress(Region region) {
        // Links of tesla.cn are in use there (seen in several programs); Tesla's page names tesla.com.
        String site = region.id().equals(Region.CN.id()) ? "https://www.tesla.cn" : "https://tesla.com";
        return URI.create(site + "/_ak/" + name);
    }

    /** Whether Tesla refuses the name: the portal takes none with its own in it (home-assistant.io #39108). */
    public boolean isTeslaInName() {
        return name.contains("tesla");
    }
}
