/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.autoconfigure.OtpProperties.OnRootFailure;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Publishes the application's availability according to whether the root supervisor has given up,
 * regardless of what started the tree. Publishes a failure again when Boot, at the end of its
 * start, declares the application available.
 *
 * <p>The system's state is the only source of truth. After each change of it, this bean reads the
 * current state and publishes it if it is new. Publishing calls listeners of the application, so no
 * lock is held. One thread at a time reads and publishes; it reads again if there was another
 * change meanwhile.
 *
 * <pre>
 * changes   incremented by each change; the thread that increments it from 0 reads the state
 *           and publishes it, until it has brought the count back to 0
 * published written and read by that thread only
 * </pre>
 */
final class RootFailure implements ApplicationListener<AvailabilityChangeEvent<?>> {
    private static final Log LOG = LogFactory.getLog(RootFailure.class);

    private final ApplicationContext context;
    private final OtpSystem system;
    private final OnRootFailure reaction;
    private final int exitCode;
    private final AtomicBoolean exits = new AtomicBoolean();
    private final AtomicInteger changes = new AtomicInteger();
    private boolean published;

    RootFailure(
            ApplicationContext context, OtpSystem system, OtpProperties.Supervision properties) {
        this.context = context;
        this.system = system;
        reaction = properties.onRootFailure();
        exitCode = properties.exitCode();
    }

    /**
     * Publishes what follows from the system's state, if it is new. A failure is published on a
     * separate thread, because a listener of the application may close the context in response. The
     * thread that exits is started here, before the keep-alive thread ends: the JVM would end with
     * code 0 if there were a moment with daemon threads only.
     */
    void follow() {
        if (!hasFailed()) look();
        else if (reaction != OnRootFailure.EXIT)
            SystemThreads.start(system, "otp:root-ended", this::look);
        else if (exits.compareAndSet(false, true))
            SystemThreads.startKeepingAlive(system, "otp:exit", this::exit);
    }

    /** Exit code generators of the application take part, as in each exit of a Boot application. */
    private void exit() {
        LOG.error("closing the application because its root supervisor has given up");
        System.exit(SpringApplication.exit(context, () -> exitCode));
    }

    private void look() {
        if (changes.getAndIncrement() != 0) return; // the thread that looks will look again
        int seen;
        do {
            seen = changes.get();
            publishNews();
        } while (changes.addAndGet(-seen) != 0);
    }

    /** A failure stays published until the tree runs again, even if a start fails in between. */
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
        } catch (Throwable e) { // a listener in Kotlin may throw checked exceptions
            LOG.warn(
                    "an application listener failed when it was told of the availability state "
                            + state,
                    e);
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
            case EXIT, IGNORE -> null;
        };
    }

    private @Nullable AvailabilityState good() {
        return switch (reaction) {
            case BREAK_LIVENESS -> LivenessState.CORRECT;
            case REFUSE_TRAFFIC -> ReadinessState.ACCEPTING_TRAFFIC;
            case EXIT, IGNORE -> null;
        };
    }

    private void publish(AvailabilityState state) {
        publishTyped(state);
    }

    private <S extends AvailabilityState> void publishTyped(S state) {
        AvailabilityChangeEvent.publish(context, state);
    }
}
