/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A non-daemon thread that keeps the JVM alive while the tree runs. All threads of the tree itself
 * are daemon threads, so without it an application that consists only of actors would end at once.
 */
final class KeepAliveThread {
    private final OtpSystem system;
    private final boolean wanted;
    private @Nullable CountDownLatch ended; // guarded by this

    KeepAliveThread(OtpSystem system, boolean wanted) {
        this.system = system;
        this.wanted = wanted;
    }

    /** Starts or ends the thread, depending on the system's state. */
    synchronized void follow() {
        switch (system.state()) {
            case STARTING, RUNNING, STOPPING -> begin();
            case STOPPED, GAVE_UP -> end();
        }
    }

    private void begin() {
        if (!wanted || ended != null) return;
        var latch = new CountDownLatch(1);
        ended = latch;
        Thread thread =
                Thread.ofPlatform()
                        .daemon(false)
                        .inheritInheritableThreadLocals(false)
                        .name("otp:keep-alive")
                        .unstarted(() -> await(latch));
        thread.setContextClassLoader(system.runtime().classLoader());
        thread.start();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        CountDownLatch latch = ended;
        if (latch != null) latch.countDown();
        ended = null;
    }
}
