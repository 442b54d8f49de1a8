package dev.fleetauth.host;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The standard output of this process. Other than any {@link PrintStream}, it remembers why a write failed. */
public final class StandardOutput extends PrintStream {

    private final Descriptor descriptor;

    private StandardOutput(Descriptor descriptor, OutputStream out) {
        super(out, true, StandardCharsets.UTF_8);
        this.descriptor = descriptor;
    }

    static StandardOutput open(boolean isUtf8) {
        Descriptor descriptor = new Descriptor();
        OutputStream buffered = new BufferedOutputStream(descriptor);
        return new StandardOutput(descriptor, isUtf8 ? buffered : new EscapingOutput(buffered));
    }

    /** Whether a write failed because nothing reads the pipe any more, as after {@code fleetauth status | head -1}. */
    public boolean isAbandoned() {
        return descriptor.isAbandoned;
    }

    private static final class Descriptor extends FileOutputStream {

        private boolean isAbandoned;

        Descriptor() {
            super(FileDescriptor.out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                super.write(bytes, offset, length);
            } catch (IOException e) {
                // The JDK has no other sign of EPIPE.
                isAbandoned |= "Broken pipe".equals(e.getMessage());
                throw e;
            }
        }
    }
}
