/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;

/**
 * How many messages a vacant name has dropped because it held as many as it may, and how many of
 * them were logged. The first is logged at once, the others all together once a minute and at the
 * end of the vacancy. The name's lock guards this.
 */
final class Losses {
    /** Shortest time between two log lines about one vacancy; the last line may come sooner. */
    static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

    private long lost;
    private long told;
    private long toldAt;
    private int limit;

    /** The name dropped a message because it held so many. */
    void limit(int held) {
        limit = held;
    }

    int limit() {
        return limit;
    }

    /**
     * Counts one more message that was dropped at {@code now}.
     *
     * @return how many messages of this vacancy the next log line has to name, or 0 if no line is
     *     due
     */
    long add(long now) {
        lost++;
        if (told > 0 && now - toldAt < BETWEEN_LINES.toNanos()) return 0;
        told = lost;
        toldAt = now;
        return lost;
    }

    /**
     * {@return how many messages the vacancy that ends has lost, or 0 if the last log line had that
     * number}
     */
    long end() {
        long all = lost > told ? lost : 0;
        lost = 0;
        told = 0;
        return all;
    }
}
