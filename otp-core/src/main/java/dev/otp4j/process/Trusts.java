/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far each definition of process in a runtime is trusted to hand over: a {@link Trust} for each
 * class and, if a child has an id of its own, for each class and id. All children of a factory
 * share one.
 */
final class Trusts {
    /**
     * How many definitions have a trust of their own; each further one shares that of its class.
     */
    private static final int MOST = 1_024;

    private record Definition(Class<?> module, String id) {}

    private final Map<Object, Trust> all = new ConcurrentHashMap<>();

    /**
     * The trust of a definition.
     *
     * @param id the id of a static supervisor's child, or an empty text
     */
    Trust of(Class<?> module, String id) {
        Object key = id.isEmpty() ? module : new Definition(module, id);
        Trust known = all.get(key);
        if (known != null) return known;
        Object kept = all.size() < MOST ? key : module;
        return all.computeIfAbsent(kept, unused -> Trust.fresh());
    }
}
