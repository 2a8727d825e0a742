/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Runs code at the end of a thread's stack, where each call may overflow it. */
public final class FullStack {
    private static final long STACK_BYTES = 256 * 1024;

    private FullStack() {}

    /**
     * Runs each action on a plain thread whose stack is full, the first one as far down as it goes,
     * each next one a frame higher. What overflows is caught, as code that goes on after an
     * overflow does.
     */
    public static void run(List<? extends Runnable> actions) {
        Deque<Runnable> left = new ArrayDeque<>(actions);
        var thread = new Thread(null, () -> descend(left), "full-stack", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (thread.isAlive() || !left.isEmpty()) {
            throw new AssertionError(left.size() + " actions were not run: " + thread);
        }
    }

    private static void descend(Deque<Runnable> left) {
        try {
            descend(left);
        } catch (StackOverflowError full) {
            // the end of the stack, or a frame above it
        }
        runNext(left);
    }

    private static void runNext(Deque<Runnable> left) {
        Runnable next = left.poll();
        if (next == null) return;
        try {
            next.run();
        } catch (StackOverflowError full) {
            // goes on, as some code does
        }
    }
}
