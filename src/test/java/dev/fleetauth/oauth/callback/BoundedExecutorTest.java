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
    private static final class Visit implements Runnable {
        private final Runnable first;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private final CompletableFuture<Boolean> dropped = new CompletableFuture<>();

        Visit(Runnable first) {
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

        void letGo() {
            over.countDown();
        }

        boolean isDropped() throws Exception {
            return dropped.get(GUARD_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void whenThereAreTooManyTheOldestIsDroppedAndNoOther() throws Exception {
        var threads = new BoundedExecutor(2);
        List<Visit> visits = List.of(new Visit(() -> {}), new Visit(() -> {}), new Visit(() -> {}));
        for (Visit visit : visits) {
            threads.execute(visit);
            visit.awaitBegin();
        }
        assertThat(visits.get(0).isDropped()).isTrue();
        visits.forEach(Visit::letGo);
        assertThat(visits.get(1).isDropped()).isFalse();
        assertThat(visits.get(2).isDropped()).isFalse();
    }

    /** The request with the response waits for the exchange, however many requests arrive meanwhile. */
    @Test
    void whatIsKeptIsNotDropped() throws Exception {
        var threads = new BoundedExecutor(1);
        var answer = new Visit(threads::exempt);
        List<Visit> visits = List.of(answer, new Visit(() -> {}), new Visit(() -> {}));
        for (Visit visit : visits) {
            threads.execute(visit);
            visit.awaitBegin();
        }
        assertThat(visits.get(1).isDropped()).isTrue();
        visits.forEach(Visit::letGo);
        assertThat(answer.isDropped()).isFalse();
        assertThat(visits.get(2).isDropped()).isFalse();
    }
}
