/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.autoconfigure.OtpProperties.OnRootFailure;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Tells the application's availability that the root supervisor has given up, and keeps to it: at
 * the end of its start Boot would declare everything fine once more.
 */
final class RootFailure implements ApplicationListener<AvailabilityChangeEvent<?>> {
    private final ApplicationContext context;
    private final OnRootFailure reaction;
    private final AtomicBoolean failed = new AtomicBoolean();

    RootFailure(ApplicationContext context, OnRootFailure reaction) {
        this.context = context;
        this.reaction = reaction;
    }

    void happened() {
        failed.set(true);
        AvailabilityState bad = bad();
        if (bad != null) publish(bad);
    }

    /** The tree was started again. */
    void recovered() {
        AvailabilityState good = good();
        if (failed.compareAndSet(true, false) && good != null) publish(good);
    }

    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
        AvailabilityState bad = bad();
        if (failed.get() && bad != null && event.getState() == good()) publish(bad);
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
