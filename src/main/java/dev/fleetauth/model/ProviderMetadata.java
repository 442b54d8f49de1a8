package dev.fleetauth.model;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider's metadata: the members of its discovery document (RFC 8414 2), each with the source of its value.
 *
 * @param members the members by their registered names, in display order
 */
public record ProviderMetadata(Map<String, Member> members) {

    public ProviderMetadata {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The source of a value. */
    public enum Source {
        /** The provider's discovery document. */
        DOCUMENT,
        /** Fleetauth's data, because the document is known to be wrong. */
        CORRECTION,
        /** Fleetauth's data, because the document was unavailable or rejected, or has no such member. */
        BUILT_IN,
        /** The user's option. */
        OPTION
    }

    /**
     * A value and its source.
     *
     * @param values the value; a single one unless the member is a list
     * @param source the source
     * @param documentSays the document's value; null if it has none, or if it is the source
     * @param reason why the document is not followed; null if it is, or if the value is an option or a default
     * @param reference a reference for the reason; null without a reason
     */
    public record Member(
            List<String> values,
            Source source,
            @Nullable List<String> documentSays,
            @Nullable String reason,
            @Nullable String reference) {

        public Member {
            values = List.copyOf(values);
        }

        /** A value from the document. */
        public static Member ofDocument(List<String> values) {
            return new Member(values, Source.DOCUMENT, null, null, null);
        }
    }

    /** All values of a member, by its registered name; empty if it is absent. */
    public List<String> values(String name) {
        Member member = members.get(name);
        return member == null ? List.of() : member.values();
    }

    /** The first value of a member; empty if it is absent. */
    public Optional<String> value(String name) {
        return values(name).stream().findFirst();
    }

    /** A member whose value was validated as an address; null if it is absent. */
    public @Nullable URI uri(String name) {
        return value(name).map(URI::create).orElse(null);
    }

    /** This metadata with one member changed. */
    public ProviderMetadata with(String name, Member member) {
        Map<String, Member> next = new LinkedHashMap<>(members);
        next.put(name, member);
        return new ProviderMetadata(next);
    }
}
