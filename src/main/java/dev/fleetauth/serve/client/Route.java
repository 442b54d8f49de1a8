package dev.fleetauth.serve.client;

import org.jspecify.annotations.Nullable;

/**
 * The path of a request, which may begin with {@code /profile/NAME} to choose a profile.
 *
 * @param profile the name of the profile; null if the path names none
 * @param path the rest of the path
 */
record Route(@Nullable String profile, String path) {

    /** The prefix of a path that names a profile. */
    static final String PREFIX = "/profile/";

    /** The route of a path. */
    static Route of(String path) {
        if (!path.startsWith(PREFIX)) {
            return new Route(null, path);
        }
        int slash = path.indexOf('/', PREFIX.length());
        return slash < 0
                ? new Route(path.substring(PREFIX.length()), "/")
                : new Route(path.substring(PREFIX.length(), slash), path.substring(slash));
    }

    /** The part of the path that names the profile; empty if it names none. */
    String prefix() {
        return profile == null ? "" : PREFIX + profile;
    }
}
