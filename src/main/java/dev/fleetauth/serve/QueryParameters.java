package dev.fleetauth.serve;

import dev.fleetauth.host.time.Durations;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.model.ProfileName;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query. Unknown and repeated ones are rejected. */
final class QueryParameters {

    private final Fields fields;

    private QueryParameters(Fields fields) {
        this.fields = fields;
    }

    /**
     * Reads the query.
     *
     * @param known the names that it may have
     * @throws Failure of kind {@code BAD_VALUE}
     */
    static QueryParameters of(Request request, List<String> known) {
        Fields fields;
        try {
            fields = Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw bad("the query", "percent-encoded UTF-8");
        }
        for (Fields.Field field : fields) {
            if (!known.contains(field.getName())) {
                throw bad("a parameter", known.isEmpty() ? "no parameters" : String.join(" or ", known));
            }
            if (field.hasMultipleValues()) {
                throw bad(field.getName(), "a single value");
            }
        }
        return new QueryParameters(fields);
    }

    @Nullable
    ProfileName profile() {
        String name = fields.getValue("profile");
        if (name == null) {
            return null;
        }
        if (!ProfileName.isName(name)) {
            throw bad("profile", "a name matching " + ProfileName.FORM);
        }
        return new ProfileName(name);
    }

    @Nullable
    Duration duration(String parameter) {
        String text = fields.getValue(parameter);
        try {
            return text == null ? null : Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad(parameter, Durations.ACCEPTED);
        }
    }

    /** The value is not repeated in the message: it may be a secret that was sent by mistake. */
    private static Failure bad(String what, String expected) {
        return Failure.of(Kind.BAD_VALUE, what, "(not shown)", expected);
    }
}
