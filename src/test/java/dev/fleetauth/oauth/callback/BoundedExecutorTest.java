package dev.fleetauth.oauth.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BoundedExecutorTest {

    private static final int GUARD_SECONDS = 60;

    /** Waits until it is released or dropped, and records which. */
    private static final class Request implements Runnable {
        private final Runnable first;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private final CompletableFuture<Boolean> dropped = new CompletableFuture<>();

        Request(Runnable first) {
            this.first = first;
        }

        @Override
        public void run() {
            first.run();
            begun.countDown();
            try {
                over.await();
                dropped.complete(false);
            } catch (InterruptedException e) {
                dropped.complete(true);
            }
        }

        void awaitBegin() throws InterruptedException {
            assertThat(begun.await(GUARD_SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            over.countDown();
        }

        boolean isDropped() throws Exception {
            return dropped.get(GUARD_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void onlyTheOldestRequestIsDroppedIfThereAreTooMany() throws Exception {
        var threads = new BoundedExecutor(2);
        List<Request> requests = List.of(new Request(() -> {}), new Request(() -> {}), new Request(() -> {}));
        for (Request request : requests) {
            threads.execute(request);
            request.awaitBegin();
        }
        assertThat(requests.get(0).isDropped()).isTrue();
        requests.forEach(Request::release);
        assertThat(requests.get(1).isDropped()).isFalse();
        assertThat(requests.get(2).isDropped()).isFalse();
    }

    /** The request with the response waits for the exchange, however many requests arrive meanwhile. */
    @Test
    void anExemptRequestIsNotDropped() throws Exception {
        var threads = new BoundedExecutor(1);
        var exempt = new Request(threads::exempt);
        List<Request> requests = List.of(exempt, new Request(() -> {}), new Request(() -> {}));
        for (Request request : requests) {
            threads.execute(request);
            request.awaitBegin();
        }
        assertThat(requests.get(1).isDropped()).isTrue();
        requests.forEach(Request::release);
        assertThat(exempt.isDropped()).isFalse();
        assertThat(requests.get(2).isDropped()).isFalse();
    }
}
