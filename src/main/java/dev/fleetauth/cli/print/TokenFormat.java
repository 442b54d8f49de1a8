package dev.fleetauth.cli.print;

import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Tokens;
import java.util.Objects;

/** The output formats of an access token. */
public enum TokenFormat {
    /** The token alone. */
    RAW,
    /** A request header. */
    HEADER,
    /** The documented JSON object. */
    JSON,
    /** A configuration for {@code curl -K -}, so that the token does not appear in the process list. */
    CURL,
    /** A line for a shell's {@code eval}. */
    ENV,
    /** An unquoted line for an environment file, as docker, systemd and GitHub read it. */
    DOTENV,
    /** A line for PowerShell's Invoke-Expression. */
    POWERSHELL;

    /** The variable that passes the token to scripts and programs. */
    public static final String VARIABLE = "FLEETAUTH_ACCESS_TOKEN";

    private static final int MAX_TYPE_CHARS = 16;

    /**
     * The profile's access token in this format, without a line separator.
     *
     * @throws Failure of kind {@code UNPRINTABLE_TOKEN} if it is not a valid bearer token: a shell or curl could
     *     interpret its content
     */
    public String format(Profile profile) {
        String token = bearer(profile);
        return switch (this) {
            case RAW -> token;
            case HEADER -> "Authorization: Bearer " + token;
            case CURL -> "header = \"Authorization: Bearer " + token + "\"";
            case ENV -> "export " + VARIABLE + "='" + token + "'";
            case DOTENV -> VARIABLE + "=" + token;
            case POWERSHELL -> "$env:" + VARIABLE + " = '" + token + "'";
            case JSON ->
                TokenJson.text(
                        profile.name().value(),
                        profile.session(),
                        Objects.requireNonNull(profile.session().tokens()));
        };
    }

    /**
     * The profile's access token.
     *
     * @throws Failure of kind {@code UNPRINTABLE_TOKEN} if it is not a valid bearer token
     */
    public static String bearer(Profile profile) {
        Tokens tokens = Objects.requireNonNull(profile.session().tokens());
        String token = tokens.accessToken().reveal();
        if (!tokens.isBearer()) {
            // A long value is not the name of a type, and may be a token in the wrong place.
            boolean isName = tokens.tokenType().length() <= MAX_TYPE_CHARS;
            throw Failure.of(
                    Kind.UNPRINTABLE_TOKEN,
                    profile.name(),
                    isName ? "it is of type " + tokens.tokenType() : "it is not of type Bearer");
        }
        if (!tokens.accessToken().isB64Token()) {
            throw Failure.of(
                    Kind.UNPRINTABLE_TOKEN,
                    profile.name(),
                    "it contains characters that are not allowed in a bearer token");
        }
        return token;
    }
}
