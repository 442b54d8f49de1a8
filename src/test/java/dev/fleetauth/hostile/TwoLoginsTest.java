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
        try (var fixture = new HostileFixture(folder)) {
            Visitor earlier = new Visitor(fixture.rogue);
            earlier.sends(visitor -> {});
            Running abandoned = begin(fixture, earlier, "-p", "abandoned", "--timeout", "1s");
            abandoned.end().exits(4);

            Visitor one = new Visitor(fixture.rogue);
            Visitor other = new Visitor(fixture.rogue);
            Running first = begin(fixture, one, "-p", "one");
            Running second = begin(fixture, other, "-p", "other");
            one.expect(400, one.get("code=canary&state=" + other.filled("{state}")));
            other.expect(400, other.get("code=canary&state=" + one.filled("{state}")));
            one.expect(400, one.get("code=canary&state=" + earlier.filled("{state}")));
            other.answer();
            second.end().exits(0);
            fixture.rogue.nonce(one.filled("{nonce}"));
            one.answer();
            first.end().exits(0).says("its state does not match this login", "Logged in");
            assertThat(Objects.requireNonNull(fixture.shell.stored("one"))
                            .session()
                            .tokens())
                    .isNotEqualTo(Objects.requireNonNull(fixture.shell.stored("other"))
                            .session()
                            .tokens());
        }
    }

    private static Running begin(HostileFixture fixture, Visitor visitor, String... more) throws InterruptedException {
        String[] words = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "login", "--no-browser", "--issuer", fixture.rogue.issuer(), "--client-id", "a-client"),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
        visitor.sends(quiet -> {});
        Running login = fixture.shell.start(words);
        visitor.open(URI.create(login.awaitLine(ADDRESS)));
        visitor.leave();
        return login;
    }
}
