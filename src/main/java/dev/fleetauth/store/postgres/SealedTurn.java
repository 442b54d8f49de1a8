package dev.fleetauth.store.postgres;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.fleetauth.host.Environment;
import dev.fleetauth.host.ThisProcess;
import dev.fleetauth.host.file.Unusable;
import dev.fleetauth.model.Failure;
import dev.fleetauth.model.Failure.Kind;
import dev.fleetauth.seal.Compact;
import dev.fleetauth.seal.Json;
import dev.fleetauth.seal.Members;
import dev.fleetauth.seal.StoreKeys;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who has a row to itself, sealed like a profile: a JWE of process, machine and since when. No two are alike, so that it also
 * tells whose turn it is. {@code docs/store-format.md} has its header.
 */
final class SealedTurn {

    private static final String TYPE = "fleetauth-turn";
    private static final Set<String> MEMBERS = Set.of("alg", "enc", "kid", "typ", "version", "store");

    private SealedTurn() {}

    /** That it is this process's. */
    static String seal(StoreKeys keys, Environment env) {
        OctetSequenceKey key = keys.current();
        JWEHeader header = new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                .keyID(key.getKeyID())
                .type(new JOSEObjectType(TYPE))
                .customParam("version", Compact.FORMAT_VERSION)
                .customParam("store", keys.store())
                .build();
        String content = Json.write(Map.of(
                "holder",
                "process " + ThisProcess.id() + " on " + env.host(),
                "since",
                env.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString()));
        try {
            return Compact.encrypt(
                    header, content.getBytes(StandardCharsets.UTF_8), new DirectEncrypter(key), env.random());
        } catch (JOSEException e) {
            throw new IllegalStateException("the store's key has the wrong length", e);
        }
    }

    /**
     * That something is not to be had, with what is known of whose it is.
     *
     * @param kind a kind with the fields of {@code LOCK_HELD}
     * @param turn the sealed turn
     * @param keys the store's keys, if they are open
     */
    static Failure held(Kind kind, Object what, String turn, @Nullable StoreKeys keys) {
        try {
            Compact compact = Compact.parse(turn);
            compact.expect(TYPE, MEMBERS);
            OctetSequenceKey key = keys == null ? null : keys.named(compact.text("kid"));
            byte[] content = key == null ? null : compact.open(key.toByteArray());
            if (content != null) {
                Map<String, Object> members = Json.object(new String(content, StandardCharsets.UTF_8));
                return Failure.of(kind, what, Members.text(members, "holder"), Members.text(members, "since"));
            }
        } catch (Unusable e) {
            // Said below.
        }
        return Failure.of(kind, what, "another process", "unknown");
    }
}
