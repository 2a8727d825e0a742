/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.figures;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/**
 * When each event was accepted, and when it first arrived at each healthy receiver. Events are
 * numbered in their bodies.
 */
final class Times {
    private static final int EVENTS = 2_000_000;
    private static final int BODY = 512;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLongArray accepted = new AtomicLongArray(EVENTS);
    private final AtomicLongArray[] arrived;

    Times(int receivers) {
        arrived = new AtomicLongArray[receivers];
        Arrays.setAll(arrived, n -> new AtomicLongArray(EVENTS));
    }

    int number() {
        return next.getAndIncrement();
    }

    /** {@return a body of half a kilobyte} */
    static byte[] body(int number) {
        String head = "{\"n\":%08d,\"text\":\"".formatted(number).replaceFirst(":0+(\\d)", ":$1");
        return (head + "x".repeat(BODY - head.length() - 2) + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
    }

    void accepted(int number) {
        accepted.set(number, System.nanoTime());
    }

    void arrived(int receiver, byte[] body) {
        int number = 0;
        for (int n = 5; body[n] != ','; n++) number = number * 10 + body[n] - '0';
        arrived[receiver].compareAndSet(number, 0, System.nanoTime());
    }

    /** What happened in a period. */
    record Period(long accepted, long delivered, long meanwhile, double p50, double p99) {
        private static final double MILLI = 1e6;

        static Period of(long accepted, long delivered, long meanwhile, long[] delays) {
            Arrays.sort(delays);
            return new Period(accepted, delivered, meanwhile, at(delays, 0.5), at(delays, 0.99));
        }

        private static double at(long[] sorted, double share) {
            if (sorted.length == 0) return Double.NaN;
            return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / MILLI;
        }
    }

    /**
     * {@return what happened in a period} Deliveries are those to healthy receivers. Delays are
     * those of the events accepted in the period, also if they arrived later.
     */
    Period between(long from, long until) {
        long acceptedThen = 0;
        long delivered = 0;
        long meanwhile = 0;
        var delays = LongStream.builder();
        for (int n = 0; n < Math.min(next.get(), EVENTS); n++) {
            long at = accepted.get(n);
            boolean counts = at != 0 && at >= from && at < until;
            if (counts) acceptedThen++;
            for (AtomicLongArray each : arrived) {
                long then = each.get(n);
                if (then == 0) continue;
                if (then >= from && then < until) delivered++;
                if (counts && then < until) meanwhile++;
                if (counts) delays.add(Math.max(0, then - at));
            }
        }
        return Period.of(acceptedThen, delivered, meanwhile, delays.build().toArray());
    }

    /** {@return whether all accepted events have arrived everywhere} */
    boolean isComplete() {
        for (int n = 0; n < Math.min(next.get(), EVENTS); n++) {
            if (accepted.get(n) == 0) continue;
            for (AtomicLongArray each : arrived) if (each.get(n) == 0) return false;
        }
        return true;
    }
}
