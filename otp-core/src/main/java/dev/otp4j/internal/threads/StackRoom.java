/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.threads;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Provokes a stack overflow before a step that would not survive one.
 *
 * <p>The JDK starts and wakes a virtual thread in several steps: it changes the thread's state,
 * locks a queue of the scheduler, hands the thread over, unlocks the queue. If the stack of the
 * thread that does this overflows in between, the virtual thread never runs, and no later {@code
 * unpark} or interrupt helps, because its state says that it was woken. If the queue stays locked,
 * no virtual thread that is started through it ever begins. So the engine first makes sure that the
 * stack has room for all of it.
 *
 * <p>The check calls itself until it uses some 19 KB of stack and returns, which takes some 50 ns.
 * Values that are kept across a call make its frame large. Only one check in a thousand keeps them,
 * but the frames of the other checks are as large. {@code StackRoomTests} measures the room.
 *
 * <p>While the JVM is young it needs more: the JDK's code is interpreted, in larger frames, and to
 * run a piece of it for the first time the JVM loads classes and links call sites, on the same
 * stack. So the first {@value #COLD_CHECKS} checks use four times as much.
 *
 * <pre>
 * cold   each checking thread, plain: a lost update makes a few more checks large
 * </pre>
 */
final class StackRoom {
    private static final int LEVELS = 64;
    private static final int COLD_LEVELS = 4 * LEVELS;
    private static final int COLD_CHECKS = 200_000;
    private static final int ONE_IN = 1024;

    /**
     * Values that are read before the call and used after it, so that they have to be kept: the
     * call could have changed them.
     */
    private static final long[] CELLS = new long[32];

    /** How many large checks are left. */
    private static int cold = COLD_CHECKS;

    private StackRoom() {}

    /**
     * Returns if there is room.
     *
     * @throws StackOverflowError if there is none
     */
    static void ensure() {
        boolean keeps = (ThreadLocalRandom.current().nextInt() & (ONE_IN - 1)) == 0;
        if (descend(levels(), keeps) == 0)
            throw new AssertionError("the compiler has removed the stack check");
    }

    private static int levels() {
        int left = cold;
        if (left <= 0) return LEVELS;
        cold = left - 1;
        return COLD_LEVELS;
    }

    private static long descend(int levels, boolean keeps) {
        if (levels == 0) return 1;
        if (!keeps) return descend(levels - 1, false) + 1;
        long[] cells = CELLS;
        long c0 = cells[0];
        long c1 = cells[1];
        long c2 = cells[2];
        long c3 = cells[3];
        long c4 = cells[4];
        long c5 = cells[5];
        long c6 = cells[6];
        long c7 = cells[7];
        long c8 = cells[8];
        long c9 = cells[9];
        long c10 = cells[10];
        long c11 = cells[11];
        long c12 = cells[12];
        long c13 = cells[13];
        long c14 = cells[14];
        long c15 = cells[15];
        long c16 = cells[16];
        long c17 = cells[17];
        long c18 = cells[18];
        long c19 = cells[19];
        long c20 = cells[20];
        long c21 = cells[21];
        long c22 = cells[22];
        long c23 = cells[23];
        long c24 = cells[24];
        long c25 = cells[25];
        long c26 = cells[26];
        long c27 = cells[27];
        long c28 = cells[28];
        long c29 = cells[29];
        long c30 = cells[30];
        long c31 = cells[31];
        long below = descend(levels - 1, true) + 1;
        return below
                + (c0 ^ c1 ^ c2 ^ c3 ^ c4 ^ c5 ^ c6 ^ c7 ^ c8 ^ c9 ^ c10 ^ c11 ^ c12 ^ c13 ^ c14
                        ^ c15 ^ c16 ^ c17 ^ c18 ^ c19 ^ c20 ^ c21 ^ c22 ^ c23 ^ c24 ^ c25 ^ c26
                        ^ c27 ^ c28 ^ c29 ^ c30 ^ c31);
    }
}
