/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.internal.threads.Nanos;
import dev.otp4j.internal.threads.PlatformThreads;
import dev.otp4j.process.ProcessRuntime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a start may take: when it is over, the start is called off and its children are
 * stopped in order. After as much time again, but at least two seconds, everything is killed.
 */
final class StartLimit implements AutoCloseable {
    private static final Duration TO_STOP = Duration.ofSeconds(2);

    private final CountDownLatch started = new CountDownLatch(1);

    /** Runs from now on, on a thread that ends with the start; without a limit it does nothing. */
    StartLimit(ProcessRuntime runtime, @Nullable Duration limit, Runnable callOff, Runnable kill) {
        if (limit == null) return;
        Duration toStop = limit.compareTo(TO_STOP) < 0 ? TO_STOP : limit;
        PlatformThreads.start(
                runtime.classLoader(),
                "otp:start-limit",
                () -> {
                    if (isStartedWithin(limit)) return;
                    callOff.run();
                    if (!isStartedWithin(toStop)) kill.run();
                });
    }

    private boolean isStartedWithin(Duration time) {
        try {
            return started.await(Nanos.of(time), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true; // only a debugger interrupts this thread
        }
    }

    /** The start has come to an end. */
    @Override
    public void close() {
        started.countDown();
    }
}
