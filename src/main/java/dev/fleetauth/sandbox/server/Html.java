package dev.fleetauth.sandbox.server;

import java.util.Arrays;
import java.util.Locale;

/**
 * A piece of HTML. Every text gets into one escaped, because there is no other way in.
 *
 * @param markup the HTML
 */
public record Html(String markup) {

    public static final Html NOTHING = new Html("");

    /**
     * Fills a template.
     *
     * @param template HTML of this program's own, with {@code %s} where a value goes
     * @param values what goes there: texts, which are escaped, and other pieces of HTML
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

    /** A text as it may stand in HTML, in attributes with quotes too. */
    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
