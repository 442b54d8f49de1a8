package dev.fleetauth.host;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Handles signals through {@code jdk.unsupported}, the JDK's only access to them. Without it, or where the system has
 * no such signal, nothing changes.
 */
final class Signals {

    private Signals() {}

    /**
     * Installs a handler for a signal such as {@code TERM} in place of the default action. {@code HUP}, {@code INT}
     * and {@code TERM} stay ignored if this process was started with them ignored.
     *
     * @return a runnable that restores the previous handler
     */
    static Runnable handle(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object adapter =
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                        if (method.getName().equals("handle")) {
                            handler.run();
                        }
                        return null;
                    });
            Object instance = signal.getConstructor(String.class).newInstance(name);
            Method handle = signal.getMethod("handle", signal, type);
            Object before = handle.invoke(null, instance, adapter);
            return () -> undo(handle, instance, before);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // No access to signals, or no such signal.
            return () -> {};
        }
    }

    private static void undo(Method handle, Object signal, Object before) {
        try {
            handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the previous signal handler cannot be restored", e);
        }
    }
}
