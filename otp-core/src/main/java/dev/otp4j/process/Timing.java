/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Which handlers are timed: of each process one message in {@code oneIn}.
 *
 * @param sink gives the recorder of each process
 */
record Timing(int oneIn, HandlerTiming sink) {
    Timing {
        if (oneIn < 1) throw new IllegalArgumentException("'oneIn' must be positive: " + oneIn);
        Arguments.notNull("sink", sink);
    }
}
