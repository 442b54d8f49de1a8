package dev.fleetauth.host.file;

/** Thrown if data that was read has an unsupported format version; the data itself may be well-formed. */
public final class VersionException extends MalformedException {

    private static final long serialVersionUID = 1L;

    public VersionException(long version, long supported) {
        super("its format version is " + version + ", but this fleetauth supports only " + supported);
    }
}
