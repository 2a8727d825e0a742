/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;

/** Where {@link StackRoom} says that there is room, so many calls fit. */
class StackRoomTests {
    private static final int WARM_UP = 250_000;

    /** A call that takes as much stack as one of the JDK's with a few arguments. */
    private static long call(int levels, long a, long b, long c) {
        if (levels == 0) return a;
        return call(levels - 1, b, c, a + 1) ^ a ^ b ^ c;
    }

    /** How many calls fit where the last check passed. */
    private int fitted;

    private void dive() {
        StackRoom.ensure();
        try {
            dive();
        } catch (StackOverflowError full) {
            if (fitted == 0) fitted = fit();
            throw full;
        }
    }

    private static int fit() {
        int calls = 0;
        try {
            while (call(calls, 1, 2, 3) != Long.MIN_VALUE) calls++;
        } catch (StackOverflowError full) {
            return calls;
        }
        return calls;
    }

    @RepeatedTest(3)
    void thereIsRoomForTwoHundredCallsWhereTheCheckPasses() throws InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            StackRoom.ensure();
            call(40, 1, 2, 3);
        }
        var thread = new Thread(null, this::diveToTheEnd, "dive", 256 * 1024);
        thread.start();
        thread.join();
        assertThat(fitted).isGreaterThan(200);
    }

    private void diveToTheEnd() {
        try {
            dive();
        } catch (StackOverflowError full) {
            // as wanted
        }
    }
}
