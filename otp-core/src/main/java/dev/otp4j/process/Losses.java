/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * How many messages a vacant name has dropped because it held as many as it may, and which of them
 * the log was told of: the first at once, then all together once a minute, and at the end of the
 * vacancy. Guarded by the name's lock.
 */
final class Losses {
    /** So long at least between two lines about one vacancy, but for the last one. */
    static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private long lost;
    private long told;
    private long toldAt;

    /**
     * One message more was dropped at {@code now}.
     *
     * @return how many messages of this vacancy the log is to be told of now, or 0 for no line
     */
    long add(long now) {
        lost++;
        if (told > 0 && now - toldAt < BETWEEN_LINES.toNanos()) return 0;
        told = lost;
        toldAt = now;
        return lost;
    }

    /**
     * {@return how many messages the vacancy that ends has lost, or 0 if the log knows the number}
     */
    long end() {
        long all = lost > told ? lost : 0;
        lost = 0;
        told = 0;
        return all;
    }
}
