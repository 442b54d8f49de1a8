package dev.fleetauth.host.file;

/** Thrown if data that was read has a format version that is not supported, and so may not be malformed at all. */
public final class VersionException extends MalformedException {

    private static final long serialVersionUID = 1L;

    public VersionException(long version, long supported) {
        super("its format version is " + version + ", but this fleetauth supports only " + supported);
    }
}
