package dev.fleetauth.oauth.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fleetauth.host.Limits;
import dev.fleetauth.http.Addresses;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Secret;
import dev.fleetauth.model.Tokens;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A device authorization response (RFC 8628 3.2): the codes of a login on another device. The OAuth SDK's parser is not
 * used: it accepts an address of any scheme, codes of any characters and length, an interval below zero, and one that
 * is longer than the lifetime of the codes.
 *
 * @param deviceCode the code with which the token endpoint is polled
 * @param userCode what the user enters
 * @param verificationUri where the user enters it
 * @param verificationUriComplete the same with the code in it; null if the provider gave none
 * @param expiresIn how long both codes are valid
 * @param interval the minimum time between two requests
 */
public record DeviceAuthorization(
        Secret deviceCode,
        String userCode,
        URI verificationUri,
        @Nullable URI verificationUriComplete,
        Duration expiresIn,
        Duration interval) {

    /** The interval if the response contains none (RFC 8628 3.2). */
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    /** What a user can read and type: only ASCII, so no letters that look like ASCII, and no control characters. */
    private static final Pattern USER_CODE = Pattern.compile("[!-~](?:[ -~]*[!-~])?");

    private static final Pattern DEVICE_CODE = Pattern.compile("[ -~]+");

    /**
     * Reads a successful response.
     *
     * @param allowsLoopback whether the page may be on loopback, because the endpoint is
     * @throws Failure of kind {@code RESPONSE_REJECTED} if a value is missing or unusable
     */
    public static DeviceAuthorization read(JsonNode json, boolean allowsLoopback) {
        Duration lifetime = lifetime(json);
        return new DeviceAuthorization(
                new Secret(code(json, "device_code", DEVICE_CODE, Limits.CODE_CHARACTERS)),
                code(json, "user_code", USER_CODE, Limits.USER_CODE_CHARACTERS),
                // Google uses verification_url (developers.google.com/identity/protocols/oauth2/limited-input-device).
                address(json, json.has("verification_uri") ? "verification_uri" : "verification_url", allowsLoopback),
                json.hasNonNull("verification_uri_complete")
                        ? address(json, "verification_uri_complete", allowsLoopback)
                        : null,
                lifetime,
                interval(json, lifetime));
    }

    private static String code(JsonNode json, String name, Pattern form, int max) {
        JsonNode value = json.path(name);
        if (!value.isTextual()) {
            throw rejected(name + (json.hasNonNull(name) ? " is not a string" : " is missing"));
        }
        String code = value.textValue();
        if (code.length() > max) {
            throw rejected(name + " has more than " + max + " characters");
        }
        if (!form.matcher(code).matches()) {
            throw rejected(name + " is empty or contains characters that are not allowed");
        }
        return code;
    }

    private static URI address(JsonNode json, String name, boolean allowsLoopback) {
        JsonNode value = json.path(name);
        if (!value.isTextual()) {
            throw rejected(json.hasNonNull(name) ? name + " is not a string" : "verification_uri is missing");
        }
        String why = Addresses.whyUnusable(value.textValue(), allowsLoopback);
        if (why != null) {
            throw rejected(name + " " + why);
        }
        return URI.create(value.textValue());
    }

    private static Duration lifetime(JsonNode json) {
        double seconds = seconds(json, "expires_in");
        if (!(seconds >= 1)) {
            throw rejected("expires_in is not a positive number of seconds");
        }
        return Duration.ofSeconds(Math.min((long) seconds, Tokens.MAX_LIFETIME.toSeconds()));
    }

    /**
     * The interval; the default if it is missing or invalid. An interval that is not shorter than the lifetime of
     * the codes would allow no request.
     */
    private static Duration interval(JsonNode json, Duration lifetime) {
        double seconds = Math.ceil(seconds(json, "interval"));
        if (!(seconds >= 1)) {
            return DEFAULT_INTERVAL;
        }
        if (seconds >= lifetime.toSeconds()) {
            throw rejected("interval is not shorter than the lifetime of the codes");
        }
        return Duration.ofSeconds((long) seconds);
    }

    /** A number of seconds, which some servers write as a string; {@code NaN} if it is missing or invalid. */
    private static double seconds(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isNumber() || value.isTextual() ? value.asDouble(Double.NaN) : Double.NaN;
    }

    private static Failure rejected(String why) {
        return Failure.of(Kind.RESPONSE_REJECTED, "device authorization response", why);
    }

    /** Omits the device code, which is a secret. */
    @Override
    public String toString() {
        return "DeviceAuthorization";
    }
}
