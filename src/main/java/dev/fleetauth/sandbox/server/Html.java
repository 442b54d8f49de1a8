package dev.fleetauth.sandbox.server;

import java.util.Arrays;
import java.util.Locale;

/**
 * A piece of HTML. {@link #of} escapes the strings that it inserts.
 *
 * @param markup trusted HTML
 */
public record Html(String markup) {

    public static final Html NOTHING = new Html("");

    /**
     * Fills a template.
     *
     * @param template trusted HTML, with {@code %s} for each value
     * @param values the values: strings, which are escaped, and other pieces of HTML
     */
    public static Html of(String template, Object... values) {
        Object[] filled = Arrays.stream(values)
                .map(value -> value instanceof Html html ? html.markup : escape(value.toString()))
                .toArray();
        return new Html(String.format(Locale.ROOT, template, filled));
    }

    public Html and(Html next) {
        return new Html(markup + next.markup);
    }

    /** A string escaped for HTML, including quoted attributes. */
    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
