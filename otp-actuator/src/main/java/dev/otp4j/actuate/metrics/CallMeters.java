/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.metrics;

import dev.otp4j.application.ProcessDefinition;
import dev.otp4j.process.CallTiming;
import dev.otp4j.process.Pid;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The meter {@code otp.actor.calls}: how long calls of supervised processes take, on the caller's
 * side. It is tagged by the callee's definition and by {@code outcome}: {@code ok}, or {@code
 * failed} if the caller got no reply.
 *
 * {@snippet :
 * var meters = new CallMeters();
 * OtpSystem.builder("shop").root(root).runtime(runtime -> runtime.callTiming(meters)).build().start();
 * meters.bindTo(registry);
 * }
 *
 * <p>As with {@link ProcessingMeters}, a registry that publishes a distribution gets a timer, and
 * any other a function timer and the gauge {@code otp.actor.calls.max}.
 *
 * <p>A call whose callee has ended is not timed, because a dead process does not know its
 * definition; {@code otp.actor.calls.failed} of {@link OtpMeters} counts it.
 *
 * @since 0.1.0
 */
public final class CallMeters implements CallTiming, MeterBinder, AutoCloseable {
    private static final TimeMeters METERS =
            new TimeMeters("otp.actor.calls", "Time that callers waited");

    private final ByDefinition<OutcomeTimes> times =
            new ByDefinition<>(
                    OutcomeTimes::new,
                    (registry, tags, measured) -> measured.register(registry, tags, METERS));

    /** Creates meters that are in no registry yet; see {@link #bindTo}. */
    public CallMeters() {}

    @Override
    public void called(Pid callee, long nanos, boolean failed) {
        ProcessDefinition own = ProcessDefinition.of(callee).orElse(null);
        if (own != null) times.of(Definition.of(own)).handled(nanos, failed);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        times.bindTo(registry);
    }

    /** Removes the meters of a definition that is gone. */
    void remove(Definition definition) {
        times.remove(definition);
    }

    /** Removes the meters from all registries. Later measurements are not shown. */
    @Override
    public void close() {
        times.close();
    }
}
