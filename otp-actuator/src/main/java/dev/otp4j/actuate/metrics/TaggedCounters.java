/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counters that differ in the value of one tag. Bounded: what comes with a further value is counted
 * as {@code other}. Counting a value that is known takes no lock; the owner's lock guards all else.
 */
final class TaggedCounters {
    static final String OTHER = "other";

    /**
     * What the counters are called.
     *
     * @param tag name of the tag
     * @param most how many values it has at most, beside {@code other}
     */
    record Kind(String name, String description, @Nullable String unit, String tag, int most) {}

    private final Kind kind;
    private final Tags tags;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    TaggedCounters(Kind kind, Tags tags) {
        this.kind = kind;
        this.tags = tags;
    }

    /** The counter of a value, or null if there is none yet. */
    @Nullable LongAdder find(String value) {
        LongAdder found = counts.get(value);
        return found == null && counts.size() >= kind.most() ? counts.get(OTHER) : found;
    }

    /** The counter of a value; if it is new it is registered. */
    LongAdder add(String value, Shown shown, Object of) {
        LongAdder found = find(value);
        if (found != null) return found;
        String shownValue = counts.size() < kind.most() ? value : OTHER;
        var added = new LongAdder();
        shown.everywhere(of, registry -> register(registry, shownValue, added));
        counts.put(shownValue, added);
        return added;
    }

    void registerAll(MeterRegistry registry, Shown shown, Object of) {
        counts.forEach((value, count) -> shown.in(registry, of, register(registry, value, count)));
    }

    private FunctionCounter register(MeterRegistry registry, String value, LongAdder count) {
        return FunctionCounter.builder(kind.name(), count, LongAdder::sum)
                .tags(tags.and(kind.tag(), value))
                .description(kind.description())
                .baseUnit(kind.unit())
                .register(registry);
    }
}
