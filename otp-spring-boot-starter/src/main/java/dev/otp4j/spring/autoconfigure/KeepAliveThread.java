/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One thread that is no daemon while the tree runs: all of its own threads are, and an application
 * of actors alone would end at once.
 */
final class KeepAliveThread {
    private final boolean wanted;
    private @Nullable CountDownLatch ended; // guarded by the lifecycle's lock

    KeepAliveThread(boolean wanted) {
        this.wanted = wanted;
    }

    void begin() {
        if (!wanted || ended != null) return;
        var latch = new CountDownLatch(1);
        ended = latch;
        Thread.ofPlatform().daemon(false).name("otp:keep-alive").start(() -> await(latch));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void end() {
        CountDownLatch latch = ended;
        if (latch != null) latch.countDown();
        ended = null;
    }
}
