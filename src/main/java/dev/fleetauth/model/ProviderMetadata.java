package dev.fleetauth.model;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A provider as this program sees it: the members of its discovery document (RFC 8414 2), each with where its value
 * comes from.
 *
 * @param members the members by their registered names, in the order they are shown
 */
public record ProviderMetadata(Map<String, Member> members) {

    public ProviderMetadata {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** Where a value comes from. */
    public enum Source {
        /** The provider's discovery document. */
        DOCUMENT,
        /** Fleetauth's data, because the document is known to be wrong. */
        CORRECTION,
        /** Fleetauth's data, because the document could not be had. */
        BUILT_IN,
        /** What the person said. */
        OPTION
    }

    /**
     * One value and its provenance.
     *
     * @param values the value; a single one unless the member is a list
     * @param source where it comes from
     * @param documentSays what the document says instead; null if it says nothing, or is the source
     * @param reason why the document is not followed; null if it is
     * @param reference where that is known from; null if the document is followed
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

        /** A value of the document itself. */
        public static Member ofDocument(List<String> values) {
            return new Member(values, Source.DOCUMENT, null, null, null);
        }
    }

    /** All values of a member; empty if it is absent. */
    public List<String> values(String name) {
        Member member = members.get(name);
        return member == null ? List.of() : member.values();
    }

    /** The single value of a member. */
    public Optional<String> value(String name) {
        return values(name).stream().findFirst();
    }

    /** A member whose value is an address that was found to be good. */
    public @Nullable URI uri(String name) {
        return value(name).map(URI::create).orElse(null);
    }

    /** This metadata with one member set. */
    public ProviderMetadata with(String name, Member member) {
        Map<String, Member> next = new LinkedHashMap<>(members);
        next.put(name, member);
        return new ProviderMetadata(next);
    }
}
