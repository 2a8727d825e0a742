/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a start may take: when it is over the start is called off, and after as much time
 * again, two seconds at least, which is for stopping in order, everything is killed.
 */
final class StartLimit implements AutoCloseable {
    private static final Duration TO_STOP = Duration.ofSeconds(2);

    private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();

    /** Runs from now on; without a limit it does nothing. */
    StartLimit(@Nullable Duration limit, Runnable callOff, Runnable kill) {
        if (limit == null) return;
        after(limit, callOff);
        after(limit.plus(limit.compareTo(TO_STOP) < 0 ? TO_STOP : limit), kill);
    }

    private void after(Duration time, Runnable action) {
        var unused =
                started.copy()
                        .orTimeout(Nanos.of(time), TimeUnit.NANOSECONDS)
                        .whenCompleteAsync(
                                (done, late) -> {
                                    if (late != null) action.run();
                                });
    }

    /** The start has come to an end. */
    @Override
    public void close() {
        started.complete(null);
    }
}
