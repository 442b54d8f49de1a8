package dev.fleetauth.host;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Signals, which the JDK hands out in {@code jdk.unsupported} alone. Where that is missing, or the system has no such signal,
 * everything stays as it was.
 */
final class Signals {

    private Signals() {}

    /**
     * Has a signal such as {@code TERM} told rather than obeyed. One that this process was started to ignore stays so.
     *
     * @return what undoes it
     */
    static Runnable handle(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object told =
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                        if (method.getName().equals("handle")) {
                            handler.run();
                        }
                        return null;
                    });
            Object instance = signal.getConstructor(String.class).newInstance(name);
            Method handle = signal.getMethod("handle", signal, type);
            Object before = handle.invoke(null, instance, told);
            return () -> undo(handle, instance, before);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // As said above.
            return () -> {};
        }
    }

    private static void undo(Method handle, Object signal, Object before) {
        try {
            handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("what could be set can be set back", e);
        }
    }
}
