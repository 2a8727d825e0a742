/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.DropReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.supervisor.SupervisorInfo;
import dev.otp4j.supervisor.SupervisorListener;
import dev.otp4j.supervisor.SupervisorReport;
import dev.otp4j.supervisor.SupervisorReport.Context;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a supervision tree. Running actors, mailboxes and restarts are tagged by definition;
 * held messages and dead letters are counted for the whole system.
 *
 * <p>An {@code OtpMeters} must be a listener of the system that it measures. A definition gets its
 * meters when its first child starts. Restarts are counted as they are reported, so their count
 * never decreases.
 *
 * <p>The tree is read at most four times a second, and all gauges share one reading. The meters of
 * a child that was deleted from a static supervisor are removed when the gauges are read.
 *
 * @since 0.1.0
 */
public final class OtpMeters implements MeterBinder, SupervisorListener, AutoCloseable {
    private static final long MAX_AGE = Duration.ofMillis(250).toNanos();

    private record Reading(Census census, long at) {}

    private final OtpSystem system;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final RegisteredMeters registered = new RegisteredMeters();
    private final Map<Definition, Known> known = new ConcurrentHashMap<>();
    private volatile @Nullable Reading reading;

    /**
     * A definition that has meters. Its fields are changed only while its entry in the map is
     * locked.
     */
    private static final class Known {
        final LongAdder restarts = new LongAdder();
        boolean isActor;
        long startedAt;
    }

    /** Creates the meters of {@code system}. */
    public OtpMeters(OtpSystem system) {
        this.system = system;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        registerTotals(registry);
        for (Definition definition : known.keySet()) {
            known.computeIfPresent(
                    definition,
                    (same, is) -> {
                        registerRestarts(registry, definition, is.restarts);
                        if (is.isActor) registerGauges(registry, definition);
                        return is;
                    });
        }
    }

    /** Removes the meters from all registries. Later events are not measured. */
    @Override
    public void close() {
        registries.clear();
        known.clear();
        registered.removeAll();
    }

    /**
     * Registers the meters of the whole system. Lost and held messages may belong to actors outside
     * the tree.
     */
    private void registerTotals(MeterRegistry registry) {
        ProcessRuntime runtime = system.runtime();
        for (DropReason reason : DropReason.values()) {
            var lost =
                    FunctionCounter.builder(
                                    "otp.dead.letters", runtime, from -> from.deadLetters(reason))
                            .tags("reason", reason.name().toLowerCase(Locale.ROOT))
                            .description("Messages that reached no handler")
                            .baseUnit("messages")
                            .register(registry);
            registered.add(system, registry, lost);
        }
        var held =
                Gauge.builder("otp.held.messages", system, OtpSystem::heldMessages)
                        .description("Messages that names hold until their actors run again")
                        .register(registry);
        registered.add(system, registry, held);
        var stuck =
                Gauge.builder("otp.handlers.stuck", runtime, from -> from.stuckHandlers().size())
                        .description("Handlers that are busy with one message for too long")
                        .baseUnit("handlers")
                        .register(registry);
        registered.add(system, registry, stuck);
    }

    @Override
    public void counted(SupervisorReport report) {
        Context context = report.context();
        if (context != Context.STARTED && context != Context.RESTARTED) return;
        Definition definition = Definition.of(report);
        boolean isActor = isActor(report.pid());
        Known of = known.get(definition);
        if (of == null || !definition.isOfFactory() || isActor && !of.isActor) {
            of = started(definition, isActor);
        }
        if (context == Context.RESTARTED) of.restarts.increment();
    }

    private Known started(Definition definition, boolean isActor) {
        return known.compute(
                definition,
                (same, before) -> {
                    Known of = before == null ? newDefinition(definition) : before;
                    if (isActor && !of.isActor) {
                        of.isActor = true;
                        registries.forEach(registry -> registerGauges(registry, definition));
                    }
                    of.startedAt = System.nanoTime();
                    return of;
                });
    }

    private static boolean isActor(@Nullable Pid pid) {
        return pid != null && SupervisorInfo.of(pid).isEmpty();
    }

    private Known newDefinition(Definition definition) {
        var of = new Known();
        registries.forEach(registry -> registerRestarts(registry, definition, of.restarts));
        return of;
    }

    /**
     * Removes the meters of deleted children, unless they were started again since the tree was
     * read.
     */
    private void removeDeleted(Census census, long begun) {
        for (Definition definition : known.keySet()) {
            if (!census.isDeleted(definition)) continue;
            known.computeIfPresent(
                    definition,
                    (same, of) -> {
                        if (of.startedAt - begun >= 0) return of;
                        registered.remove(definition);
                        return null;
                    });
        }
    }

    private void registerRestarts(MeterRegistry registry, Definition definition, LongAdder count) {
        var meter =
                FunctionCounter.builder("otp.actor.restarts", count, LongAdder::sum)
                        .tags(definition.tags())
                        .description("Restarts of children since the application started")
                        .baseUnit("restarts")
                        .register(registry);
        registered.add(definition, registry, meter);
    }

    private void registerGauges(MeterRegistry registry, Definition definition) {
        Tags tags = definition.tags();
        var gauges =
                List.of(
                        gauge(
                                "otp.actors.running",
                                "Running actors",
                                tags,
                                m -> m.now(definition).running()),
                        gauge(
                                "otp.actor.mailbox.size",
                                "Messages in the mailboxes of all instances",
                                tags,
                                m -> m.now(definition).mailbox()),
                        gauge(
                                "otp.actor.mailbox.size.max",
                                "Messages in the fullest mailbox of all instances",
                                tags,
                                m -> m.now(definition).longestMailbox()),
                        gauge(
                                "otp.actor.mailbox.held",
                                "Messages that the names of all instances hold until the instances run again",
                                tags,
                                m -> m.now(definition).held()));
        gauges.forEach(gauge -> registered.add(definition, registry, gauge.register(registry)));
    }

    private Gauge.Builder<OtpMeters> gauge(
            String name, String description, Tags tags, ToDoubleFunction<OtpMeters> value) {
        return Gauge.builder(name, this, value).tags(tags).description(description);
    }

    private Census.Sums now(Definition definition) {
        long now = System.nanoTime();
        Reading last = reading;
        if (last == null || now - last.at() > MAX_AGE) {
            last = new Reading(Census.of(system), now);
            reading = last;
            removeDeleted(last.census(), now);
        }
        return last.census().of(definition);
    }
}
