/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.process.DropReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessInfo;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.supervisor.OtpSystem;
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
 * Meters of a supervision tree: running actors, mailboxes and restarts, tagged by definition; held
 * messages and dead letters of the whole system.
 *
 * <p>It has to be a listener of the system whose tree it measures: a definition gets its meters
 * when its first child starts, and restarts are counted as they are reported, so that they never go
 * down.
 *
 * <p>The gauges read the tree at most four times a second, all of them from one reading.
 *
 * @since 0.1.0
 */
public final class OtpMeters implements MeterBinder, SupervisorListener {
    private static final long MAX_AGE = Duration.ofMillis(250).toNanos();

    private record Reading(Census census, long at) {}

    private final OtpSystem system;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Map<Definition, LongAdder> restarts = new ConcurrentHashMap<>();
    private final Map<Definition, Boolean> actors = new ConcurrentHashMap<>();
    private volatile @Nullable Reading reading;

    /** Meters of {@code system}. */
    public OtpMeters(OtpSystem system) {
        this.system = system;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        registerTotals(registry);
        restarts.forEach((definition, count) -> registerRestarts(registry, definition, count));
        actors.keySet().forEach(definition -> registerGauges(registry, definition));
    }

    /** Of the whole system: messages that are lost or held may be for an actor of no tree. */
    private void registerTotals(MeterRegistry registry) {
        ProcessRuntime runtime = system.runtime();
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder("otp.dead.letters", runtime, from -> from.deadLetters(reason))
                    .tags("reason", reason.name().toLowerCase(Locale.ROOT))
                    .description("Messages that reached no handler")
                    .baseUnit("messages")
                    .register(registry);
        }
        Gauge.builder("otp.held.messages", system, OtpSystem::heldMessages)
                .description("Messages that names hold until their actors are there again")
                .register(registry);
    }

    @Override
    public void reported(SupervisorReport report) {}

    @Override
    public void counted(SupervisorReport report) {
        Context context = report.context();
        if (context != Context.STARTED && context != Context.RESTARTED) return;
        Definition definition = Definition.of(report);
        LongAdder count = restarts.computeIfAbsent(definition, this::newCount);
        if (context == Context.RESTARTED) count.increment();
        if (isActor(report.pid()) && actors.putIfAbsent(definition, true) == null) {
            registries.forEach(registry -> registerGauges(registry, definition));
        }
    }

    /** Supervisors have something to show, actors do not. */
    private static boolean isActor(@Nullable Pid pid) {
        return pid != null && ProcessInfo.viewOf(pid) == null;
    }

    private LongAdder newCount(Definition definition) {
        var count = new LongAdder();
        registries.forEach(registry -> registerRestarts(registry, definition, count));
        return count;
    }

    private static void registerRestarts(
            MeterRegistry registry, Definition definition, LongAdder count) {
        FunctionCounter.builder("otp.actor.restarts", count, LongAdder::sum)
                .tags(definition.tags())
                .description("Children that were started again")
                .baseUnit("restarts")
                .register(registry);
    }

    private void registerGauges(MeterRegistry registry, Definition definition) {
        Tags tags = definition.tags();
        gauge("otp.actors.running", "Actors that run", tags, m -> m.now(definition).running())
                .register(registry);
        gauge(
                        "otp.actor.mailbox.size",
                        "Messages queued, of all instances together",
                        tags,
                        m -> m.now(definition).mailbox())
                .register(registry);
        gauge(
                        "otp.actor.mailbox.size.max",
                        "Messages queued, of the instance with most of them",
                        tags,
                        m -> m.now(definition).longestMailbox())
                .register(registry);
        gauge(
                        "otp.actor.mailbox.held",
                        "Messages held until an instance is there again, of all together",
                        tags,
                        m -> m.now(definition).held())
                .register(registry);
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
        }
        return last.census().of(definition);
    }
}
