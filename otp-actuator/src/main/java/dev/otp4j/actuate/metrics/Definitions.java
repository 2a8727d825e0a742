/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.supervisor.KeyCounts;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The definitions and supervisors that have meters. One that is known is found without a lock; the
 * lock of all meters, {@code shown}, guards what is added and removed.
 */
final class Definitions {
    private final Shown shown;
    private final Callees callees;
    private final Function<Definition, Census.Sums> sums;
    private final ToDoubleFunction<String> used;
    private final Function<String, KeyCounts> keys;
    private final Map<Definition, DefinitionMeters> known = new ConcurrentHashMap<>();
    private final Map<String, SupervisorMeters> supervisors = new ConcurrentHashMap<>();
    private final List<Consumer<Definition>> removed = new CopyOnWriteArrayList<>();

    Definitions(
            Shown shown,
            Callees callees,
            Function<Definition, Census.Sums> sums,
            ToDoubleFunction<String> used,
            Function<String, KeyCounts> keys) {
        this.shown = shown;
        this.callees = callees;
        this.sums = sums;
        this.used = used;
        this.keys = keys;
    }

    void whenRemoved(Consumer<Definition> consumer) {
        removed.add(consumer);
    }

    DefinitionMeters of(Definition definition) {
        DefinitionMeters meters = known.get(definition);
        if (meters != null) return meters;
        synchronized (shown) {
            return known.computeIfAbsent(definition, this::register);
        }
    }

    private DefinitionMeters register(Definition definition) {
        var added = new DefinitionMeters(definition, shown, sums);
        if (definition != Definition.UNKNOWN) added.register();
        return added;
    }

    SupervisorMeters supervisor(String definition) {
        SupervisorMeters meters = supervisors.get(definition);
        if (meters != null) return meters;
        synchronized (shown) {
            return supervisors.computeIfAbsent(definition, this::registerSupervisor);
        }
    }

    private SupervisorMeters registerSupervisor(String definition) {
        var added = new SupervisorMeters(definition, shown, used, keys);
        shown.registries().forEach(added::register);
        return added;
    }

    /** A keyed factory was started. */
    void keyed(String definition) {
        synchronized (shown) {
            supervisor(definition).keyed();
        }
    }

    /** An instance was started. Of a factory only the first one takes the lock. */
    DefinitionMeters started(Definition definition, DefinitionMeters.Instance instance) {
        supervisor(definition.supervisor());
        if (instance == DefinitionMeters.Instance.NO_ACTOR) supervisor(definition.actor());
        DefinitionMeters meters = known.get(definition);
        boolean isKnown = meters != null && meters.knows(instance);
        if (meters != null && isKnown && definition.isOfFactory()) return meters;
        synchronized (shown) {
            DefinitionMeters present = of(definition);
            present.started(instance);
            return present;
        }
    }

    void registerAll(MeterRegistry registry) {
        known.values().forEach(meters -> meters.registerAll(registry));
        supervisors.values().forEach(meters -> meters.register(registry));
    }

    void clear() {
        known.clear();
        supervisors.clear();
    }

    /**
     * Removes the meters of children that were deleted, and of all that was below them, unless they
     * were started again since the tree was read.
     */
    void removeDeleted(Census census, long begun) {
        for (Definition definition : known.keySet()) {
            if (!census.isDeleted(definition)) continue;
            synchronized (shown) {
                DefinitionMeters meters = known.get(definition);
                if (meters != null && !meters.wasTouchedSince(begun)) remove(meters, census);
            }
        }
    }

    private void remove(DefinitionMeters meters, Census census) {
        Definition definition = meters.definition();
        known.remove(definition);
        meters.remove();
        callees.remove(definition);
        removed.forEach(consumer -> consumer.accept(definition));
        if (!meters.isActor()) removeSupervisor(definition.actor(), census);
    }

    /** A child that supervises is gone; it may be an instance of what another one is too. */
    private void removeSupervisor(String supervisor, Census census) {
        if (census.hasSupervisor(supervisor)) return;
        SupervisorMeters own = supervisors.remove(supervisor);
        if (own == null) return;
        own.remove();
        callees.removeSupervisor(supervisor);
        for (DefinitionMeters below : new ArrayList<>(known.values())) {
            if (below.definition().supervisor().equals(supervisor)) remove(below, census);
        }
    }
}
