package dev.fleetauth.serve.client;

import org.jspecify.annotations.Nullable;

/**
 * What the path of a request asks for: {@code /profile/NAME} in front of it chooses a profile.
 *
 * @param profile the name of the profile; null where the path names none
 * @param path the path without it
 */
record Route(@Nullable String profile, String path) {

    /** What stands before the name of a profile. */
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

    /** What stands before the path; empty where the path names no profile. */
    String prefix() {
        return profile == null ? "" : PREFIX + profile;
    }
}
