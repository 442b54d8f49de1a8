package dev.fleetauth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.host.Limits;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} lists exactly the limits in {@link Limits}, in their order. */
@Tag("any-jdk")
class LimitsTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| ([^|]+) \\| [^|]+ \\|$");

    @Test
    void thePageListsAllLimits() throws ReflectiveOperationException, IOException {
        String page = Files.readString(Path.of("docs/security.md"));
        String table = page.substring(page.indexOf("## The limits"), page.indexOf("## How a store is sealed"));
        Map<String, String> listed = new LinkedHashMap<>();
        Matcher row = ROW.matcher(table);
        while (row.find()) {
            listed.put(row.group(1), row.group(2));
        }
        assertThat(listed).containsExactlyEntriesOf(limits());
    }

    private static Map<String, String> limits() throws ReflectiveOperationException {
        Map<String, String> limits = new LinkedHashMap<>();
        for (RecordComponent time : Limits.class.getRecordComponents()) {
            Duration value = (Duration) time.getAccessor().invoke(Limits.DEFAULT);
            limits.put(time.getName(), value.toSeconds() + " s");
        }
        for (Field field : Limits.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                limits.put(field.getName(), String.valueOf(field.getInt(null)));
            }
        }
        return limits;
    }
}
