package dev.fleetauth.schedule;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.file.MalformedException;
import dev.fleetauth.model.Profile;
import dev.fleetauth.model.Session;
import dev.fleetauth.seal.SealedKeys;
import dev.fleetauth.seal.SealedProfile;
import dev.fleetauth.seal.StoreKeys;
import dev.fleetauth.seal.WrappingKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the refresh tokens that exist in a world: in rows and files, and in processes that are alive. */
final class Tokens {

    private final WrappingKey key;
    private final Map<String, Set<String>> known = new HashMap<>();
    private final List<StoreKeys> keys = new ArrayList<>();

    Tokens(OctetSequenceKey key) {
        this.key = new WrappingKey(key);
    }

    /** Whether a token of a grant exists anywhere. */
    boolean has(World.Draft world, String grant, int token) {
        String wanted = grant + "." + token;
        for (String cell : world.names("")) {
            Object content = world.get(cell);
            if (cell.startsWith(MemoryProvider.RECEIVED) && wanted.equals(content)) {
                return true;
            }
            if (!cell.equals(World.TIME)
                    && sealed(content) != null
                    && in(sealed(content)).contains(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String sealed(@Nullable Object content) {
        if (content instanceof MemoryBackend.Row row) {
            return row.entry().sealed();
        }
        return content instanceof MemoryDisk.Content file ? file.bytes() : null;
    }

    private Set<String> in(@Nullable String sealed) {
        if (sealed == null || !sealed.startsWith("eyJ")) {
            return Set.of();
        }
        Set<String> tokens = known.get(sealed);
        if (tokens == null) {
            tokens = opened(sealed);
            known.put(sealed, tokens);
        }
        return tokens;
    }

    private Set<String> opened(String sealed) {
        try {
            SealedKeys.parse("keys", sealed).open(key).ifPresent(opened -> {
                keys.add(opened);
                // A profile that did not open before may open with these keys.
                known.values().removeIf(Set::isEmpty);
            });
            return Set.of("keys");
        } catch (MalformedException e) {
            // It is not sealed keys, so it may be a profile.
        }
        Set<String> tokens = new HashSet<>();
        for (StoreKeys each : keys) {
            try {
                Profile profile = SealedProfile.open(Machine.NAME, sealed, each);
                add(profile.session(), tokens);
                if (profile.candidate() != null) {
                    add(profile.candidate().session(), tokens);
                }
            } catch (MalformedException e) {
                // It is sealed with other keys, or incomplete.
            }
        }
        return tokens;
    }

    private static void add(Session session, Set<String> tokens) {
        if (session.tokens() != null && session.tokens().refreshToken() != null) {
            tokens.add(session.tokens().refreshToken().reveal());
        }
    }
}
