/**
 * Sealed profiles: the envelope, the keys that open it, the locks and the files. {@code docs/dev/store-format.md} is the
 * description of the format, which this package implements.
 *
 * <p>{@link dev.fleetauth.store.Store} is what the flows use and {@link dev.fleetauth.store.file.FileStore} what is behind it.
 * From the bytes up: {@code Jwe} and {@code Envelope} know headers and ciphers, {@code SealedKeys} and the key sources
 * know keys, {@code ProfileCodec} knows what a profile is made of, {@code Disk} and {@code Locks} know files, and
 * {@code FileLease} the order of things that keeps an answer from being lost.
 */
@NullMarked
package dev.fleetauth.store;

import org.jspecify.annotations.NullMarked;
