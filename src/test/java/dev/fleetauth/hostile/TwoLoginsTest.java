package dev.fleetauth.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fleetauth.testing.TestShell.Running;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent logins: neither accepts the response to the other, or to an earlier login. */
@Tag("any-jdk")
class TwoLoginsTest {

    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/authorize\\?\\S+");

    @TempDir
    Path folder;

    @Test
    void eachLoginAcceptsOnlyItsOwnResponse() throws Exception {
        try (var outside = new HostileFixture(folder)) {
            Visitor earlier = new Visitor(outside.rogue);
            earlier.sends(visitor -> {});
            Running abandoned = begin(outside, earlier, "-p", "abandoned", "--timeout", "1s");
            abandoned.end().exits(4);

            Visitor one = new Visitor(outside.rogue);
            Visitor other = new Visitor(outside.rogue);
            Running first = begin(outside, one, "-p", "one");
            Running second = begin(outside, other, "-p", "other");
            one.expect(400, one.get("code=canary&state=" + other.filled("{state}")));
            other.expect(400, other.get("code=canary&state=" + one.filled("{state}")));
            one.expect(400, one.get("code=canary&state=" + earlier.filled("{state}")));
            other.answer();
            second.end().exits(0);
            outside.rogue.nonce(one.filled("{nonce}"));
            one.answer();
            first.end().exits(0).says("its state does not match this login", "Logged in");
            assertThat(Objects.requireNonNull(outside.shell.stored("one"))
                            .session()
                            .tokens())
                    .isNotEqualTo(Objects.requireNonNull(outside.shell.stored("other"))
                            .session()
                            .tokens());
        }
    }

    private static Running begin(HostileFixture outside, Visitor visitor, String... more) throws InterruptedException {
        String[] words = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "login", "--no-browser", "--issuer", outside.rogue.issuer(), "--client-id", "a-client"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        visitor.sends(quiet -> {});
        Running login = outside.shell.start(words);
        visitor.open(URI.create(login.awaitLine(ADDRESS)));
        visitor.leave();
        return login;
    }
}
