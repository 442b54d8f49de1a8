package dev.fleetauth.spring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.LoggerFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Spring Authorization Server on a free loopback port, started once for all tests that take it as a parameter. It has
 * Spring's defaults, except for the clients, the users, and a second issuer at {@code /post}, whose document lists only
 * {@code client_secret_post} and may be cached. Tests cannot move its clock.
 */
final class SpringServer implements AutoCloseable {

    static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofMinutes(5);

    /** How long the document of the second issuer is fresh. */
    static final Duration DOCUMENT_LIFETIME = Duration.ofMinutes(10);

    static final String PASSWORD = "correct horse battery";

    private static final String POST_PATH = "/post";

    /** A field, since the level of a logger is lost when the logger is garbage collected. */
    private static final Logger TOMCAT = Logger.getLogger("org.apache");

    private final ConfigurableApplicationContext context;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private SpringServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Passes the shared server to the tests that take it as a parameter. */
    static final class Extension implements ParameterResolver {
        private static final ExtensionContext.Namespace NAMESPACE =
                ExtensionContext.Namespace.create(SpringServer.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
            return parameter.getParameter().getType() == SpringServer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
            return extension
                    .getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(SpringServer.class, unused -> SpringServer.start(), SpringServer.class);
        }
    }

    private static SpringServer start() {
        silenceLogging();
        String before = System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        try {
            return new SpringServer(new SpringApplicationBuilder(Application.class)
                    .web(WebApplicationType.SERVLET)
                    .registerShutdownHook(false)
                    .properties(
                            "server.address=127.0.0.1",
                            "server.port=0",
                            "server.shutdown=immediate",
                            "spring.main.banner-mode=off",
                            "spring.main.log-startup-info=false")
                    .run());
        } finally {
            if (before == null) {
                System.clearProperty(LoggingSystem.SYSTEM_PROPERTY);
            } else {
                System.setProperty(LoggingSystem.SYSTEM_PROPERTY, before);
            }
        }
    }

    /**
     * Silences Tomcat and all libraries that use SLF4J, such as Spring. By default, Spring Boot would also take over
     * {@code java.util.logging}, in which other tests look for leaks.
     */
    private static void silenceLogging() {
        TOMCAT.setLevel(Level.OFF);
        var logging = (LoggerContext) LoggerFactory.getILoggerFactory();
        logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(ch.qos.logback.classic.Level.OFF);
    }

    @Override
    public void close() {
        context.close();
    }

    /** The issuer with Spring's defaults. */
    String issuer() {
        var web = (ServletWebServerApplicationContext) context;
        return "http://127.0.0.1:" + Objects.requireNonNull(web.getWebServer()).getPort();
    }

    /** The issuer whose document lists only {@code client_secret_post} and may be cached. */
    String postIssuer() {
        return issuer() + POST_PATH;
    }

    /** Whether a token is active, according to the introspection endpoint (RFC 7662). */
    boolean isActive(String token) {
        JsonNode response = introspect(token);
        assertThat(response.path("active").isBoolean()).as("introspection").isTrue();
        return response.path("active").booleanValue();
    }

    /** The response of the introspection endpoint for a token. */
    JsonNode introspect(String token) {
        return post(SpringClient.RESOURCE_SERVER, "/oauth2/introspect", Map.of("token", token));
    }

    /** Posts a form as a client, as a program other than fleetauth would. The request is not recorded. */
    JsonNode post(SpringClient client, String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> urlencoded(field.getKey()) + "=" + urlencoded(field.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(issuer() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(Recorder.NOT_RECORDED, "true");
        if (client.registration().getClientAuthenticationMethods().stream()
                .anyMatch(method -> method.getValue().equals("client_secret_post"))) {
            body += "&client_id=" + urlencoded(client.id()) + "&client_secret=" + urlencoded(client.secret());
        } else {
            request.header("Authorization", basic(client.id(), client.secret()));
        }
        try {
            var answer = http.send(
                    request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
            return new ObjectMapper().readTree(answer.body().isEmpty() ? "{}" : answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The Authorization header of RFC 6749 2.3.1. */
    static String basic(String id, String secret) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(
                                (urlencoded(id) + ":" + urlencoded(secret)).getBytes(StandardCharsets.US_ASCII));
    }

    private static String urlencoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * The requests since the last call, except those with cookies, which are the browser's on the login and consent
     * pages.
     */
    List<Received> received() {
        return context.getBean(Recorder.class).take();
    }

    /**
     * A received request.
     *
     * @param line method and path
     * @param authorization the Authorization header; null for none
     * @param conditional whether it is conditional, with {@code If-None-Match} or {@code If-Modified-Since}
     * @param parameters the parameters of the query and the form
     * @param status the status of the response
     */
    record Received(
            String line,
            @Nullable String authorization,
            boolean conditional,
            Map<String, List<String>> parameters,
            int status) {

        Set<String> names() {
            return new TreeSet<>(parameters.keySet());
        }

        /** The value of a parameter that must occur exactly once. */
        String value(String name) {
            List<String> values = parameters.getOrDefault(name, List.of());
            assertThat(values).as(name).hasSize(1);
            return values.get(0);
        }
    }

    /** Records the received requests. */
    static final class Recorder extends OncePerRequestFilter {
        static final String NOT_RECORDED = "X-Not-Recorded";

        private final List<Received> received = new CopyOnWriteArrayList<>();

        /** Read-locked by each request: a client may receive its response before the request is recorded. */
        private final ReadWriteLock underWay = new ReentrantReadWriteLock();

        List<Received> take() {
            underWay.writeLock().lock();
            try {
                List<Received> taken = List.copyOf(received);
                received.clear();
                return taken;
            } finally {
                underWay.writeLock().unlock();
            }
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return request.getHeader(NOT_RECORDED) != null || request.getCookies() != null;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            Map<String, List<String>> parameters = request.getParameterMap().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, parameter -> List.of(parameter.getValue())));
            boolean conditional = Stream.of("If-None-Match", "If-Modified-Since")
                    .anyMatch(header -> request.getHeader(header) != null);
            underWay.readLock().lock();
            try {
                chain.doFilter(request, response);
            } finally {
                received.add(new Received(
                        request.getMethod() + " " + request.getRequestURI(),
                        request.getHeader("Authorization"),
                        conditional,
                        parameters,
                        response.getStatus()));
                underWay.readLock().unlock();
            }
        }
    }

    /** Allows the second issuer's document to be cached, which Spring Security forbids if there is no Cache-Control. */
    static final class Cacheable extends ShallowEtagHeaderFilter {
        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            response.setHeader("Cache-Control", "max-age=" + DOCUMENT_LIFETIME.toSeconds());
            super.doFilterInternal(request, response, chain);
        }
    }

    /** The server's configuration: that of Spring's guide, with two issuers. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        @Order(1)
        SecurityFilterChain protocol(HttpSecurity http) throws Exception {
            return http.oauth2AuthorizationServer(server -> {
                        server.deviceAuthorizationEndpoint(Customizer.withDefaults())
                                .deviceVerificationEndpoint(Customizer.withDefaults());
                        http.securityMatcher(server.getEndpointsMatcher());
                        server.oidc(oidc -> oidc.providerConfigurationEndpoint(endpoint ->
                                endpoint.providerConfigurationCustomizer(document -> {
                                    String issuer = AuthorizationServerContextHolder.getContext()
                                            .getIssuer();
                                    if (issuer.endsWith(POST_PATH)) {
                                        document.tokenEndpointAuthenticationMethods(methods ->
                                                methods.removeIf(method -> !method.equals("client_secret_post")));
                                    }
                                })));
                    })
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .exceptionHandling(exceptions -> exceptions.defaultAuthenticationEntryPointFor(
                            new LoginUrlAuthenticationEntryPoint("/login"),
                            new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
                    .build();
        }

        @Bean
        @Order(2)
        SecurityFilterChain pages(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder()
                    .multipleIssuersAllowed(true)
                    .build();
        }

        @Bean
        RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(Stream.of(SpringClient.values())
                    .map(SpringClient::registration)
                    .toList());
        }

        /**
         * Every name belongs to a user, and all users have the same password, so that each test can have users who have
         * not consented to anything.
         */
        @Bean
        UserDetailsService users() {
            return name ->
                    User.withUsername(name).password(PASSWORD).roles("DRIVER").build();
        }

        /** Spring's encoder would hash each secret at its first use, which is slow and tests nothing here. */
        @Bean
        PasswordEncoder passwords() {
            return new PasswordEncoder() {
                @Override
                public @Nullable String encode(@Nullable CharSequence password) {
                    return password == null ? null : password.toString();
                }

                @Override
                public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
                    return password != null && password.toString().equals(encoded);
                }
            };
        }

        @Bean
        Recorder recorder() {
            return new Recorder();
        }

        @Bean
        FilterRegistrationBean<Recorder> recording(Recorder recorder) {
            var filter = new FilterRegistrationBean<>(recorder);
            // After the filter that sets the character encoding, and before security.
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
            return filter;
        }

        @Bean
        FilterRegistrationBean<Cacheable> caching() {
            var filter = new FilterRegistrationBean<>(new Cacheable());
            filter.addUrlPatterns(POST_PATH + "/.well-known/openid-configuration");
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
            return filter;
        }
    }
}
