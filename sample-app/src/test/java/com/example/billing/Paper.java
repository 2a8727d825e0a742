/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What the faulty actors wait for: it comes at the end of the test. */
public final class Paper {
    private final CountDownLatch refilled = new CountDownLatch(1);

    /** Ends all waiting. */
    public void refill() {
        refilled.countDown();
    }

    void await() throws InterruptedException {
        refilled.await();
    }

    boolean await(Duration limit) throws InterruptedException {
        return refilled.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
