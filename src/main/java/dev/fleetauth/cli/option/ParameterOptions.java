package dev.fleetauth.cli.option;

import dev.fleetauth.flow.login.AdditionalParameters;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for additional parameters of the authorization request. */
public final class ParameterOptions {

    @Option(
            names = AdditionalParameters.OPTION,
            paramLabel = "NAME=VALUE",
            description = {
                "A parameter to add to the authorization request; repeatable.",
                "Examples: access_type=offline, login_hint=ada@example.com.",
                "The profile keeps the parameters; 'none' removes them."
            })
    private @Nullable List<String> parameters;

    /** The parameters by name; null if the option is not given. */
    public @Nullable Map<String, String> parameters() {
        return parameters == null ? null : AdditionalParameters.parse(parameters);
    }
}
