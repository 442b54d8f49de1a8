package dev.fleetauth.host;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals, which the JDK hands out in {@code jdk.unsupported} alone. Where that is missing, or the system has no such signal,
 * everything stays as it was.
 */
final class Signals {

    private Signals() {}

    /** Has a signal such as {@code TERM} told rather than obeyed. One that this process was started to ignore stays so. */
    static void handle(String name, Consumer<String> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object told = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                if (method.getName().equals("handle")) {
                    handler.accept(name);
                }
                return null;
            });
            signal.getMethod("handle", signal, type)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), told);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // As said above.
        }
    }
}
