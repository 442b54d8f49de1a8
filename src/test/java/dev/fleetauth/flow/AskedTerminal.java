package dev.fleetauth.flow;

import dev.fleetauth.host.Terminal;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A terminal whose user answers questions and pastes nothing: a prompt for hidden input waits until it is interrupted.
 * Only one prompt can be open at a time.
 */
final class AskedTerminal implements Terminal {

    private final UnaryOperator<String> answer;
    private final AtomicInteger reading = new AtomicInteger();

    AskedTerminal(String answer) {
        this(question -> answer);
    }

    AskedTerminal(UnaryOperator<String> answer) {
        this.answer = answer;
    }

    @Override
    public boolean isPresent() {
        return true;
    }

    @Override
    public boolean showsErrors() {
        return false;
    }

    @Override
    public String readLine(String prompt) throws IOException {
        if (reading.get() > 0) {
            throw new IOException("another prompt is open");
        }
        return answer.apply(prompt);
    }

    @Override
    public char[] readSecret(String prompt) throws IOException {
        reading.incrementAndGet();
        try {
            new CountDownLatch(1).await();
            throw new IllegalStateException("the latch is never counted down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            reading.decrementAndGet();
        }
    }
}
