/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * Values by key, each new one merged into the one before. Bounded: the key that was used longest
 * ago makes room. Thread-safe.
 */
final class Counted<K, V> {
    private final Map<K, V> values;
    private final BinaryOperator<V> merge;

    Counted(int most, BinaryOperator<V> merge) {
        this.merge = merge;
        this.values =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                        return size() > most;
                    }
                };
    }

    synchronized void add(K key, V value) {
        values.merge(key, value, merge);
    }

    /** All values, those with the greatest {@code by} first. */
    synchronized <C extends Comparable<C>> List<V> all(Function<V, C> by) {
        var all = new ArrayList<>(values.values());
        all.sort(Comparator.comparing(by).reversed());
        return List.copyOf(all);
    }
}
