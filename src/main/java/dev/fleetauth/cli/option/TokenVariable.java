package dev.fleetauth.cli.option;

import dev.fleetauth.model.ProfileName;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A variable in which a program finds a token, as {@code NAME} or {@code NAME=PROFILE}.
 *
 * @param name the variable
 * @param profile whose token; null for the profile of the command
 */
public record TokenVariable(String name, @Nullable ProfileName profile) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What this program, a loader, a shell or a JVM reads first: some of them print a value that they do not like. */
    private static final Pattern RESERVED = Pattern.compile(
            "(?i)_|(?:FLEETAUTH|FA|LD|DYLD|LC|BASH|KSH|JAVA_TOOL)_.*|(?:HIST|MAIL).*|LANG|LANGUAGE|LOCPATH|GLIBC_TUNABLES"
                    + "|PATH|CDPATH|HOME|PWD|OLDPWD|ENV|SHELLOPTS|BASHOPTS|IFS|PS[0-9]|OPT(?:ARG|ERR|IND)|LINENO|RANDOM"
                    + "|SECONDS|E?[UG]ID|PPID|FUNCNEST|TERM|COLUMNS|LINES|TMOUT|CLASSPATH|_JAVA_OPTIONS|JDK_JAVA_OPTIONS");

    /** Reads the option. */
    public static final class Option implements ITypeConverter<TokenVariable> {

        @Override
        public TokenVariable convert(String text) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (!NAME.matcher(name).matches()) {
                throw new TypeConversionException(
                        "'" + name + "' is not the name of a variable, such as TESLA_TOKEN or TESLA_TOKEN=PROFILE");
            }
            if (RESERVED.matcher(name).matches()) {
                throw new TypeConversionException(
                        "'" + name + "' is not for a token: fleetauth, the system or a shell reads it");
            }
            String profile = equals < 0 ? null : text.substring(equals + 1);
            if (profile != null && !ProfileName.isName(profile)) {
                throw new TypeConversionException("'" + profile + "' is not a profile name: " + ProfileName.FORM);
            }
            return new TokenVariable(name, profile == null ? null : new ProfileName(profile));
        }
    }
}
