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
 * <p>The check calls itself until it uses some 37 KB of stack and returns, which takes some 60 ns.
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
    private static final int LEVELS = 32;
    private static final int COLD_LEVELS = 4 * LEVELS;
    private static final int COLD_CHECKS = 200_000;
    private static final int ONE_IN = 1024;

    /**
     * Values that are read before the call and used after it, so that they have to be kept: the
     * call could have changed them.
     */
    private static final long[] CELLS = new long[128];

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
        long c32 = cells[32];
        long c33 = cells[33];
        long c34 = cells[34];
        long c35 = cells[35];
        long c36 = cells[36];
        long c37 = cells[37];
        long c38 = cells[38];
        long c39 = cells[39];
        long c40 = cells[40];
        long c41 = cells[41];
        long c42 = cells[42];
        long c43 = cells[43];
        long c44 = cells[44];
        long c45 = cells[45];
        long c46 = cells[46];
        long c47 = cells[47];
        long c48 = cells[48];
        long c49 = cells[49];
        long c50 = cells[50];
        long c51 = cells[51];
        long c52 = cells[52];
        long c53 = cells[53];
        long c54 = cells[54];
        long c55 = cells[55];
        long c56 = cells[56];
        long c57 = cells[57];
        long c58 = cells[58];
        long c59 = cells[59];
        long c60 = cells[60];
        long c61 = cells[61];
        long c62 = cells[62];
        long c63 = cells[63];
        long c64 = cells[64];
        long c65 = cells[65];
        long c66 = cells[66];
        long c67 = cells[67];
        long c68 = cells[68];
        long c69 = cells[69];
        long c70 = cells[70];
        long c71 = cells[71];
        long c72 = cells[72];
        long c73 = cells[73];
        long c74 = cells[74];
        long c75 = cells[75];
        long c76 = cells[76];
        long c77 = cells[77];
        long c78 = cells[78];
        long c79 = cells[79];
        long c80 = cells[80];
        long c81 = cells[81];
        long c82 = cells[82];
        long c83 = cells[83];
        long c84 = cells[84];
        long c85 = cells[85];
        long c86 = cells[86];
        long c87 = cells[87];
        long c88 = cells[88];
        long c89 = cells[89];
        long c90 = cells[90];
        long c91 = cells[91];
        long c92 = cells[92];
        long c93 = cells[93];
        long c94 = cells[94];
        long c95 = cells[95];
        long c96 = cells[96];
        long c97 = cells[97];
        long c98 = cells[98];
        long c99 = cells[99];
        long c100 = cells[100];
        long c101 = cells[101];
        long c102 = cells[102];
        long c103 = cells[103];
        long c104 = cells[104];
        long c105 = cells[105];
        long c106 = cells[106];
        long c107 = cells[107];
        long c108 = cells[108];
        long c109 = cells[109];
        long c110 = cells[110];
        long c111 = cells[111];
        long c112 = cells[112];
        long c113 = cells[113];
        long c114 = cells[114];
        long c115 = cells[115];
        long c116 = cells[116];
        long c117 = cells[117];
        long c118 = cells[118];
        long c119 = cells[119];
        long c120 = cells[120];
        long c121 = cells[121];
        long c122 = cells[122];
        long c123 = cells[123];
        long c124 = cells[124];
        long c125 = cells[125];
        long c126 = cells[126];
        long c127 = cells[127];
        long below = descend(levels - 1, true) + 1;
        return below
                + (c0 ^ c1 ^ c2 ^ c3 ^ c4 ^ c5 ^ c6 ^ c7 ^ c8 ^ c9 ^ c10 ^ c11 ^ c12 ^ c13 ^ c14
                        ^ c15 ^ c16 ^ c17 ^ c18 ^ c19 ^ c20 ^ c21 ^ c22 ^ c23 ^ c24 ^ c25 ^ c26
                        ^ c27 ^ c28 ^ c29 ^ c30 ^ c31 ^ c32 ^ c33 ^ c34 ^ c35 ^ c36 ^ c37 ^ c38
                        ^ c39 ^ c40 ^ c41 ^ c42 ^ c43 ^ c44 ^ c45 ^ c46 ^ c47 ^ c48 ^ c49 ^ c50
                        ^ c51 ^ c52 ^ c53 ^ c54 ^ c55 ^ c56 ^ c57 ^ c58 ^ c59 ^ c60 ^ c61 ^ c62
                        ^ c63 ^ c64 ^ c65 ^ c66 ^ c67 ^ c68 ^ c69 ^ c70 ^ c71 ^ c72 ^ c73 ^ c74
                        ^ c75 ^ c76 ^ c77 ^ c78 ^ c79 ^ c80 ^ c81 ^ c82 ^ c83 ^ c84 ^ c85 ^ c86
                        ^ c87 ^ c88 ^ c89 ^ c90 ^ c91 ^ c92 ^ c93 ^ c94 ^ c95 ^ c96 ^ c97 ^ c98
                        ^ c99 ^ c100 ^ c101 ^ c102 ^ c103 ^ c104 ^ c105 ^ c106 ^ c107 ^ c108 ^ c109
                        ^ c110 ^ c111 ^ c112 ^ c113 ^ c114 ^ c115 ^ c116 ^ c117 ^ c118 ^ c119 ^ c120
                        ^ c121 ^ c122 ^ c123 ^ c124 ^ c125 ^ c126 ^ c127);
    }
}
