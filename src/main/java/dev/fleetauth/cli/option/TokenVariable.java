package dev.fleetauth.cli.option;

import dev.fleetauth.model.ProfileName;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A variable that passes a token to a program, given as {@code NAME} or {@code NAME=PROFILE}.
 *
 * @param name the variable
 * @param profile the profile of the token; null for the command's profile
 */
public record TokenVariable(String name, @Nullable ProfileName profile) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /**
     * Variables of this program, the loader, shells and the JVM: some programs print the value of such a variable if
     * they reject it.
     */
    private static final Pattern RESERVED = Pattern.compile(
            "(?i)_|(?:FLEETAUTH|FA|LD|DYLD|LC|BASH|KSH|JAVA_TOOL)_.*|(?:HIST|MAIL).*|LANG|LANGUAGE|LOCPATH|GLIBC_TUNABLES"
                    + "|PATH|CDPATH|HOME|PWD|OLDPWD|ENV|SHELLOPTS|BASHOPTS|IFS|PS[0-9]|OPT(?:ARG|ERR|IND)|LINENO|RANDOM"
                    + "|SECONDS|E?[UG]ID|PPID|FUNCNEST|TERM|COLUMNS|LINES|TMOUT|CLASSPATH|_JAVA_OPTIONS|JDK_JAVA_OPTIONS");

    /** Converts the value of an option. */
    public static final class Option implements ITypeConverter<TokenVariable> {

        @Override
        public TokenVariable convert(String text) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (!NAME.matcher(name).matches()) {
                throw new TypeConversionException(
                        "'" + name + "' is not a variable name: use NAME or NAME=PROFILE, such as TESLA_TOKEN=home");
            }
            if (RESERVED.matcher(name).matches()) {
                throw new TypeConversionException(
                        "'" + name + "' cannot hold a token: fleetauth, the system or a shell uses it");
            }
            String profile = equals < 0 ? null : text.substring(equals + 1);
            if (profile != null && !ProfileName.isName(profile)) {
                throw new TypeConversionException(
                        "'" + profile + "' is not a profile name: use a name matching " + ProfileName.FORM);
            }
            return new TokenVariable(name, profile == null ? null : new ProfileName(profile));
        }
    }
}
