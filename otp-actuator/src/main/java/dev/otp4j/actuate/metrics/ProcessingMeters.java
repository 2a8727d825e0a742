/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.HandlerTiming;
import dev.otp4j.process.Pid;
import dev.otp4j.supervisor.SupervisorInfo;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The meter {@code otp.actor.message.processing}: how long the handlers of supervised actors take.
 * It is tagged by definition and by {@code outcome}: {@code ok}, or {@code failed} if the handler
 * threw. And the gauge {@code otp.actor.busy}: how many handlers of a definition ran at once on
 * average of late, which for a single actor is the share of time in which it was busy. A handler
 * counts when it has returned. And the meter {@code otp.actor.message.waiting}: how long the same
 * messages were queued, if the runtime {@linkplain
 * dev.otp4j.process.ProcessRuntime.Builder#queueTiming notes that}.
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
    private static final TimeMeters METERS =
            new TimeMeters(
                    "otp.actor.message.processing", "Handling time of the measured messages");

    private static final TimeMeters WAITING =
            new TimeMeters(
                    "otp.actor.message.waiting", "Time of the measured messages in the queue");

    private final ByDefinition<OutcomeTimes> times;
    private final ByDefinition<Times> waits = new ByDefinition<>(Times::new, WAITING::register);
    private final IntSupplier each;

    /**
     * Creates meters for a runtime that times all handlers. They are in no registry yet; see {@link
     * #bindTo}.
     */
    public ProcessingMeters() {
        this(() -> 1);
    }

    /**
     * Creates meters that are in no registry yet; see {@link #bindTo}.
     *
     * @param oneIn of each process one message in that many is timed, as {@code
     *     ProcessRuntime.timedOneIn} says; {@code otp.actor.busy} is estimated from that
     */
    public ProcessingMeters(IntSupplier oneIn) {
        times =
                new ByDefinition<>(
                        OutcomeTimes::new,
                        (registry, tags, measured) -> {
                            List<Meter> all = measured.register(registry, tags, METERS);
                            all.add(measured.registerBusy(registry, tags, oneIn));
                            return all;
                        });
        each = oneIn;
    }

    @Override
    public @Nullable Recorder recorder(Pid process) {
        if (SupervisorInfo.of(process).isPresent()) return null;
        ProcessDefinition own = ProcessDefinition.of(process).orElse(null);
        return own == null ? null : recorder(Definition.of(own));
    }

    private Recorder recorder(Definition definition) {
        OutcomeTimes handled = times.of(definition);
        return new Recorder() {
            private @Nullable Times waiting;

            @Override
            public void handled(long nanos, boolean failed) {
                handled.handled(nanos, failed);
            }

            @Override
            public void waited(long nanos) {
                Times known = waiting;
                if (known == null) waiting = known = waits.of(definition);
                known.add(nanos);
            }
        };
    }

    /**
     * {@return the number of messages that the actors of the process's definition have handled}
     * Null if the runtime does not time handlers, or the process is not part of a tree. If one
     * message in several is measured, the number of the measured ones times that.
     *
     * @param process the process of an actor
     */
    public @Nullable Long handledBy(Pid process) {
        int oneIn = each.getAsInt();
        if (oneIn == 0) return null;
        return ProcessDefinition.of(process)
                .map(own -> times.of(Definition.of(own)).count() * oneIn)
                .orElse(null);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        times.bindTo(registry);
        waits.bindTo(registry);
    }

    /** Removes the meters of a definition that is gone. */
    void remove(Definition definition) {
        times.remove(definition);
        waits.remove(definition);
    }

    /** Removes the meters from all registries. Later measurements are not shown. */
    @Override
    public void close() {
        times.close();
        waits.close();
    }
}
