package dev.fleetauth.schedule;

import dev.fleetauth.model.Attempt;
import dev.fleetauth.model.Profile;
import dev.fleetauth.store.Store;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A store that simulates the deliberate bugs of its callers; {@link MemoryBackend} has those of the backend. */
final class MistakenStore {

    private MistakenStore() {}

    static Store of(Store store, Mistake mistake, Actor process) {
        return switch (mistake) {
            case NONE, SEPARATE_TURN, OLDER_STATE_WINS -> store;
            default ->
                proxy(Store.class, (proxy, method, args) -> {
                    Object result = invoked(store, method, args);
                    return result instanceof Store.Lease lease
                            ? proxy(Store.Lease.class, new MistakenLease(lease, mistake, process))
                            : result;
                });
        };
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object invoked(Object target, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private record MistakenLease(Store.Lease lease, Mistake mistake, Actor process) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
            boolean isResponse = method.getName().equals("save") && Objects.requireNonNull(args)[1].equals(true);
            if (mistake == Mistake.VERIFY_BEFORE_SAVE && isResponse) {
                process.step(Step.SEND, "provider", "keys", world -> "");
            }
            if (mistake == Mistake.NO_ATTEMPT && method.getName().equals("save") && !isResponse) {
                Attempt attempt =
                        ((Profile) Objects.requireNonNull(args)[0]).session().attempt();
                if (attempt != null) {
                    return null;
                }
            }
            Object result = invoked(lease, method, args);
            if (mistake == Mistake.EARLY_UNLOCK && method.getName().equals("turn")) {
                lease.close();
            }
            return result;
        }
    }
}
