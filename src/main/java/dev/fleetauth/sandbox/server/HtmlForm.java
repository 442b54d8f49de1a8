package dev.fleetauth.sandbox.server;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form of a page, as a browser without scripts sees it. Only the HTML of {@link Page} is understood, not HTML in
 * general.
 *
 * @param action the address it is posted to
 * @param fields the fields that are always sent
 * @param checked the checked checkboxes that can be changed
 * @param buttons the buttons by their labels
 */
public record HtmlForm(URI action, List<Field> fields, List<Field> checked, Map<String, Field> buttons) {

    private static final Pattern FORM = Pattern.compile("(?s)<form ([^>]*)>(.*?)</form>");
    private static final Pattern CONTROL = Pattern.compile("(?s)<input ([^>]*)>|<button ([^>]*)>(.*?)</button>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z]+)(?:=\"([^\"]*)\")?");

    /** A name and its value. */
    public record Field(String name, String value) {}

    /** The first form of a page that was read from an address. */
    public static Optional<HtmlForm> in(String html, URI address) {
        Matcher form = FORM.matcher(html);
        if (!form.find()) {
            return Optional.empty();
        }
        List<Field> fields = new ArrayList<>();
        List<Field> checked = new ArrayList<>();
        Map<String, Field> buttons = new LinkedHashMap<>();
        Matcher control = CONTROL.matcher(form.group(2));
        while (control.find()) {
            boolean isButton = control.group(1) == null;
            Map<String, String> attributes = attributes(control.group(isButton ? 2 : 1));
            Field field = new Field(attributes.getOrDefault("name", ""), attributes.getOrDefault("value", ""));
            if (isButton) {
                buttons.put(control.group(3).strip(), field);
            } else if (!attributes.getOrDefault("type", "").equals("checkbox")) {
                fields.add(field);
            } else if (attributes.containsKey("checked") && !attributes.containsKey("disabled")) {
                checked.add(field);
            }
        }
        String action = attributes(form.group(1)).getOrDefault("action", "");
        return Optional.of(new HtmlForm(address.resolve(action), fields, checked, buttons));
    }

    /** The body that a browser posts when a button is pressed with these boxes checked. */
    public String posted(List<Field> selected, Field button) {
        List<String> pairs = new ArrayList<>();
        for (List<Field> part : List.of(fields, selected, List.of(button))) {
            for (Field field : part) {
                pairs.add(Parameters.encode(field.name()) + "=" + Parameters.encode(field.value()));
            }
        }
        return String.join("&", pairs);
    }

    private static Map<String, String> attributes(String tag) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(tag);
        while (attribute.find()) {
            String value = attribute.group(2);
            attributes.put(attribute.group(1), value == null ? "" : unescape(value));
        }
        return attributes;
    }

    private static String unescape(String html) {
        return html.replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
    }
}
