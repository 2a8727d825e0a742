/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.SupervisorInfo;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The meter {@code otp.actor.message.processing}: how long the handlers of supervised actors take.
 * It is tagged by definition and by {@code outcome}: {@code ok}, or {@code failed} if the handler
 * threw.
 *
 * {@snippet :
 * var meters = new ProcessingMeters();
 * OtpSystem.builder("shop").root(root).runtime(runtime -> runtime.timing(1, meters)).build().start();
 * meters.bindTo(registry);
 * }
 *
 * <p>A registry that is configured to publish percentiles, a histogram or service level objectives
 * of this meter gets a {@link Timer}, which records each measurement. Any other registry gets a
 * {@link FunctionTimer} with count and total, and the gauge {@code
 * otp.actor.message.processing.max} with the longest time of the last one to two minutes: the same
 * figures at an eighth of the cost.
 *
 * <p>Supervisors, and processes that actors start outside the tree, are not timed.
 *
 * @since 0.1.0
 */
public final class ProcessingMeters implements HandlerTiming, MeterBinder, AutoCloseable {
    private static final String NAME = "otp.actor.message.processing";
    private static final String DESCRIPTION = "Handling time of the measured messages";

    private final List<MeterRegistry> registries = new ArrayList<>();
    private final RegisteredMeters registered = new RegisteredMeters();
    private final Map<Definition, Handled> kinds = new ConcurrentHashMap<>();

    /** The measurements of one definition. */
    private record Handled(Processing ok, Processing failed) implements Recorder {
        @Override
        public void handled(long nanos, boolean hasFailed) {
            (hasFailed ? failed : ok).add(nanos);
        }
    }

    /** Creates meters that are in no registry yet; see {@link #bindTo}. */
    public ProcessingMeters() {}

    @Override
    public @Nullable Recorder recorder(Pid process) {
        if (SupervisorInfo.of(process).isPresent()) return null;
        return ProcessDefinition.of(process)
                .map(own -> recorder(new Definition(own.name(), own.supervisor())))
                .orElse(null);
    }

    private Recorder recorder(Definition definition) {
        Handled known = kinds.get(definition);
        return known == null ? add(definition) : known;
    }

    private synchronized Recorder add(Definition definition) {
        Handled known = kinds.get(definition);
        if (known != null) return known;
        var added = new Handled(new Processing(), new Processing());
        registries.forEach(registry -> register(registry, definition, added));
        kinds.put(definition, added);
        return added;
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        kinds.forEach((definition, handled) -> register(registry, definition, handled));
    }

    /** Removes the meters from all registries. Later measurements are not shown. */
    @Override
    public synchronized void close() {
        registries.clear();
        kinds.clear();
        registered.removeAll();
    }

    private void register(MeterRegistry registry, Definition definition, Handled handled) {
        for (Meter meter :
                register(registry, definition.tags().and("outcome", "ok"), handled.ok())) {
            registered.add(definition, registry, meter);
        }
        Tags failed = definition.tags().and("outcome", "failed");
        for (Meter meter : register(registry, failed, handled.failed())) {
            registered.add(definition, registry, meter);
        }
    }

    private static List<Meter> register(MeterRegistry registry, Tags tags, Processing sums) {
        Timer timer = Timer.builder(NAME).tags(tags).description(DESCRIPTION).register(registry);
        if (isDistributed(timer)) {
            sums.telling(timer);
            return List.of(timer);
        }
        registry.remove(timer); // only a registered timer tells how it is configured
        var total =
                FunctionTimer.builder(
                                NAME,
                                sums,
                                Processing::count,
                                Processing::nanos,
                                TimeUnit.NANOSECONDS)
                        .tags(tags)
                        .description(DESCRIPTION)
                        .register(registry);
        var longest =
                TimeGauge.builder(NAME + ".max", sums, TimeUnit.NANOSECONDS, Processing::longest)
                        .tags(tags)
                        .description(
                                "Longest handling time of the measured messages in the last one to two minutes")
                        .register(registry);
        return List.of(total, longest);
    }

    private static boolean isDistributed(Timer timer) {
        HistogramSnapshot shown = timer.takeSnapshot();
        return shown.percentileValues().length > 0 || shown.histogramCounts().length > 0;
    }
}
