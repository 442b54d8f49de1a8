package dev.fleetauth.spring;

import dev.fleetauth.host.Browser;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/**
 * A user with a browser that keeps cookies, who signs in on Spring's login page, selects scopes on its consent page,
 * and is redirected to the callback.
 */
final class SpringUser implements Browser {

    private static final Pattern FORM = Pattern.compile("(?s)<form\\b([^>]*)>(.*?)</form>");
    private static final Pattern INPUT = Pattern.compile("(?s)<input\\b([^>]*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z]+)\\s*=\\s*\"([^\"]*)\"");
    private static final int MAX_STEPS = 12;

    private final String user;
    private final String password;
    private final Predicate<String> allows;
    private final List<String> pages = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private volatile CompletableFuture<String> lastPage = new CompletableFuture<>();

    private SpringUser(String user, String password, Predicate<String> allows) {
        this.user = user;
        this.password = password;
        this.allows = allows;
    }

    /** A user who knows the server's password and allows all requested scopes. */
    static SpringUser named(String user) {
        return new SpringUser(user, SpringServer.PASSWORD, scope -> true);
    }

    /** The same user with a new browser, who allows only these scopes. */
    SpringUser withNewBrowserAllowing(String... scopes) {
        return new SpringUser(user, password, Set.of(scopes)::contains);
    }

    /** The paths of the visited pages, in order. Waits until the last visit has ended. */
    List<String> pages() {
        lastPage();
        return List.copyOf(pages);
    }

    /** The text of the page on which the last visit ended. */
    String lastPage() {
        try {
            return lastPage.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the visit failed", e);
        }
    }

    @Override
    public boolean open(URI page) {
        CompletableFuture<String> ended = new CompletableFuture<>();
        lastPage = ended;
        Thread thread = new Thread(
                () -> {
                    try {
                        ended.complete(visit(page));
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        ended.completeExceptionally(e);
                    }
                },
                "user");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    private String visit(URI page) throws IOException, InterruptedException {
        URI address = page;
        String form = null;
        for (int step = 0; step < MAX_STEPS; step++) {
            HttpResponse<String> answer = request(address, form);
            String location = answer.headers().firstValue("Location").orElse(null);
            if (location != null) {
                address = address.resolve(location);
                form = null;
                continue;
            }
            pages.add(address.getPath());
            Matcher found = FORM.matcher(answer.body());
            if (!found.find()) {
                return answer.body();
            }
            address = address.resolve(
                    HtmlUtils.htmlUnescape(attributes(found.group(1)).getOrDefault("action", "")));
            form = filled(found.group(2));
        }
        throw new IOException("more than " + MAX_STEPS + " steps; the last led to " + address.getPath());
    }

    private HttpResponse<String> request(URI address, @Nullable String form) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).header("Accept", "text/html").timeout(Duration.ofSeconds(30));
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(form));
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String filled(String form) {
        List<String> fields = new ArrayList<>();
        Matcher input = INPUT.matcher(form);
        while (input.find()) {
            Map<String, String> attributes = attributes(input.group(1));
            String name = attributes.getOrDefault("name", "");
            String given = HtmlUtils.htmlUnescape(attributes.getOrDefault("value", ""));
            String value = name.equals("username") ? user : name.equals("password") ? password : given;
            if (!attributes.getOrDefault("type", "text").equals("checkbox") || allows.test(value)) {
                fields.add(URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        }
        return String.join("&", fields);
    }

    private static Map<String, String> attributes(String tag) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(tag);
        while (attribute.find()) {
            attributes.put(attribute.group(1), attribute.group(2));
        }
        return attributes;
    }
}
