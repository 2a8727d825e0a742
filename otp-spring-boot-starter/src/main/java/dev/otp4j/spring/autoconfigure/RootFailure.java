/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.autoconfigure.OtpProperties.OnRootFailure;
import dev.otp4j.supervisor.OtpSystem;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Tells the application's availability whether the root supervisor has given up, whoever started
 * the tree, and keeps to it: at the end of its start Boot would declare everything fine once more.
 *
 * <p>The system's state is the only truth. Each change of it has this look at the state of now and
 * publish what is new. Listeners of the application are called meanwhile, so no lock is held; one
 * thread at a time looks, and looks again if there was another change.
 *
 * <pre>
 * changes   raised by each change; who raises it from 0 looks, until it has lowered it to 0 again
 * published written and read by who looks
 * </pre>
 */
final class RootFailure implements ApplicationListener<AvailabilityChangeEvent<?>> {
    private static final Log LOG = LogFactory.getLog(RootFailure.class);

    private final ApplicationContext context;
    private final OtpSystem system;
    private final OnRootFailure reaction;
    private final AtomicInteger changes = new AtomicInteger();
    private boolean published;

    RootFailure(ApplicationContext context, OtpSystem system, OnRootFailure reaction) {
        this.context = context;
        this.system = system;
        this.reaction = reaction;
    }

    /**
     * Publishes what the system's state says, if that is news. A failure is published on a thread
     * of its own: listeners of the application may close the context then.
     */
    void follow() {
        if (hasFailed()) SystemThreads.start(system, "otp:root-ended", this::look);
        else look();
    }

    private void look() {
        if (changes.getAndIncrement() != 0) return; // who looks will look again
        int seen;
        do {
            seen = changes.get();
            publishNews();
        } while (changes.addAndGet(-seen) != 0);
    }

    /** What has failed stays failed until the tree runs, also if a start fails meanwhile. */
    private void publishNews() {
        switch (system.state()) {
            case GAVE_UP -> publishFailure(true, bad());
            case RUNNING -> publishFailure(false, good());
            case STOPPED, STARTING, STOPPING -> {}
        }
    }

    private void publishFailure(boolean failed, @Nullable AvailabilityState state) {
        if (published == failed || state == null) return;
        published = failed;
        try {
            publish(state);
        } catch (Throwable e) { // also checked exceptions of a listener in Kotlin
            LOG.warn("a listener failed at the availability state " + state, e);
        }
    }

    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
        AvailabilityState bad = bad();
        if (bad != null && event.getState() == good() && hasFailed()) publish(bad);
    }

    private boolean hasFailed() {
        return system.state() == OtpSystem.State.GAVE_UP;
    }

    private @Nullable AvailabilityState bad() {
        return switch (reaction) {
            case BREAK_LIVENESS -> LivenessState.BROKEN;
            case REFUSE_TRAFFIC -> ReadinessState.REFUSING_TRAFFIC;
            case IGNORE -> null;
        };
    }

    private @Nullable AvailabilityState good() {
        return switch (reaction) {
            case BREAK_LIVENESS -> LivenessState.CORRECT;
            case REFUSE_TRAFFIC -> ReadinessState.ACCEPTING_TRAFFIC;
            case IGNORE -> null;
        };
    }

    private void publish(AvailabilityState state) {
        publishTyped(state);
    }

    private <S extends AvailabilityState> void publishTyped(S state) {
        AvailabilityChangeEvent.publish(context, state);
    }
}
