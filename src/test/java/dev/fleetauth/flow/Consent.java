package dev.fleetauth.flow;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Submits the sandbox's consent page without a browser. */
public final class Consent {

    private static final Pattern TRANSACTION = Pattern.compile("name=\"transaction\" value=\"([^\"]+)\"");
    private static final Pattern BOX = Pattern.compile("type=\"checkbox\" name=\"scope\" value=\"([^\"]+)\"");

    private Consent() {}

    /** Presses Allow, and returns the address of the redirect without following it. */
    public static URI allowed(URI page) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        String consent = http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        List<String> form = new ArrayList<>(List.of("decision=allow"));
        Matcher transaction = TRANSACTION.matcher(consent);
        while (transaction.find()) {
            form.add("transaction=" + encoded(transaction.group(1)));
        }
        Matcher box = BOX.matcher(consent);
        while (box.find()) {
            form.add("scope=" + encoded(box.group(1)));
        }
        HttpRequest press = HttpRequest.newBuilder(page.resolve(page.getPath()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(String.join("&", form)))
                .build();
        return http.send(press, HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("Location")
                .map(URI::create)
                .orElseThrow();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
