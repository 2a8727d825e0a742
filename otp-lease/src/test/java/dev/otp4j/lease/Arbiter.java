/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.lease;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something outside that singletons write to: it accepts a write only if its token is not smaller
 * than the largest one so far. It also notes when it saw which token, so that it can tell whether
 * two holders ever ran at the same time.
 */
final class Arbiter {
    private static final class Span {
        final String instance;
        final long first = System.nanoTime();
        long last = first;
        int writes;

        Span(String instance) {
            this.instance = instance;
        }
    }

    private final Map<Long, Span> spans = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long largest;
    private long longestGap;
    private int refused;

    synchronized boolean write(String instance, long token) {
        if (token < largest) {
            refused++;
            return false;
        }
        Span span = spans.get(token);
        if (span == null) span = begin(instance, token);
        if (!span.instance.equals(instance)) {
            faults.add("token %d of %s and %s".formatted(token, span.instance, instance));
        }
        span.last = System.nanoTime();
        span.writes++;
        return true;
    }

    private Span begin(String instance, long token) {
        var span = new Span(instance);
        Span before = spans.get(largest);
        if (before != null) longestGap = Math.max(longestGap, span.first - before.last);
        largest = token;
        spans.put(token, span);
        return span;
    }

    /** Writes with a token that is smaller than one before: two holders ran at the same time. */
    synchronized int refused() {
        return refused;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized int holders() {
        return spans.size();
    }

    synchronized long largest() {
        return largest;
    }

    /** The instance that wrote last, or an empty text. */
    synchronized String writer() {
        Span now = spans.get(largest);
        return now == null ? "" : now.instance;
    }

    /** How long the last hand-over took, from that time to the first write after it. */
    synchronized long firstWriteAfter(long time) {
        return spans.values().stream()
                .mapToLong(span -> span.first - time)
                .filter(after -> after > 0)
                .min()
                .orElse(-1);
    }

    /** How many writes the holder with the largest token has made. */
    synchronized int writes() {
        Span now = spans.get(largest);
        return now == null ? 0 : now.writes;
    }

    synchronized long longestGapMillis() {
        return longestGap / 1_000_000;
    }
}
