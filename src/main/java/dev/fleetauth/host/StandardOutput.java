package dev.fleetauth.host;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The standard output of this process. Unlike a plain {@link PrintStream}, it records why a write failed. */
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

    /** Whether a write failed because the reader has closed the pipe, as in {@code fleetauth status | head -1}. */
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
                // The JDK reports EPIPE only by this message.
                isAbandoned |= "Broken pipe".equals(e.getMessage());
                throw e;
            }
        }
    }
}
