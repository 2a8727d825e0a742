/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.test;

import dev.otp4j.process.CallException;
import dev.otp4j.process.Pid;
import dev.otp4j.process.SystemControl;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An actor that hangs until it is released; see {@link OtpTesting#hang}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Hang implements AutoCloseable {
    private final String path;
    private final Pid pid;
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    Hang(String path, Pid pid) {
        this.path = path;
        this.pid = pid;
    }

    /** False if the actor does not hang within {@code limit}. */
    boolean begin(Duration limit) {
        Thread.ofVirtual().name("otp-test-hang:" + path).start(this::ask);
        try {
            return hanging.await(Conditions.nanos(limit), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void ask() {
        try {
            var unused = SystemControl.ask(pid, Duration.ZERO, control -> hang());
        } catch (CallException | IllegalArgumentException | IllegalStateException expected) {
            // the actor serves the request all the same, or cannot hang: the latch says so
        }
    }

    /** Runs in the actor. */
    private boolean hang() {
        hanging.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it was killed
        }
        return true;
    }

    /** {@return the process that hangs} */
    public Pid pid() {
        return pid;
    }

    /** Lets the actor go on. Does nothing if it was released before or has ended. */
    public void release() {
        released.countDown();
    }

    /** {@link #release}. */
    @Override
    public void close() {
        release();
    }

    @Override
    public String toString() {
        return "Hang[" + path + "]";
    }
}
