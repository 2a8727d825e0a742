/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.application.OtpStartException;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.StartError;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the tree with the context. The tree starts before the web server and stops after
 * it, so that no request meets an actor that does not run. The tree can be stopped and started
 * again; subjects stay the same.
 *
 * <p>The state is that of the system, because the application may start and stop the system too.
 * One thing is remembered in addition: whether the context has been stopped since the root
 * supervisor gave up. Until then this bean reports that it runs, because a paused context restarts
 * only the beans that it has stopped.
 */
final class OtpLifecycle implements SmartLifecycle, DisposableBean {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final OtpSystem system;
    private final Addresses addresses;
    private final ActorBeans objects;
    private final OtpProperties properties;
    private final StartProgress progress;
    private final StartSteps steps;
    private final DegradedStart degraded;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * Start time of the tree that had given up when the context was last stopped; empty if none
     * had.
     */
    private volatile Optional<Instant> failureSeen = Optional.empty();

    OtpLifecycle(
            OtpSystem system,
            Addresses addresses,
            ActorBeans objects,
            OtpProperties properties,
            StartProgress progress,
            StartSteps steps,
            DegradedStart degraded) {
        this.system = system;
        this.addresses = addresses;
        this.objects = objects;
        this.properties = properties;
        this.progress = progress;
        this.steps = steps;
        this.degraded = degraded;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (system.state() == OtpSystem.State.RUNNING) return;
            long begun = System.nanoTime();
            try {
                steps.tree(this::startSystem);
            } catch (StartTimeoutException | OtpStartException e) {
                if (!degraded.isWanted() || isCalledOff(e) || isMistake(e)) throw e;
                degraded.treeFailed(e);
                return;
            }
            StartReport.log(system, System.nanoTime() - begun);
        } finally {
            lock.unlock();
        }
    }

    /** Something has stopped the system, or interrupted the start. */
    private static boolean isCalledOff(RuntimeException failure) {
        return failure instanceof OtpStartException start && start.failure().isEmpty();
    }

    private static boolean isMistake(RuntimeException failure) {
        return failure instanceof OtpStartException start
                && start.failure().filter(DegradedStart::isMistake).isPresent();
    }

    private void startSystem() {
        try {
            system.start();
        } catch (OtpStartException e) {
            if (e.failure().isPresent() || !(e.error() instanceof StartError.InitTimeout timeout))
                throw e;
            throw new StartTimeoutException(timeout.limit(), progress.current(), e);
        }
    }

    @Override
    public void stop(Runnable callback) {
        SystemThreads.start(
                system,
                "otp:stop",
                () -> {
                    try {
                        stop();
                    } finally {
                        callback.run();
                    }
                });
    }

    /**
     * Stops the tree. Cancels a start that is in progress, so a stop does not wait for an
     * initialiser that hangs.
     */
    @Override
    public void stop() {
        callOffAndLock();
        try {
            if (system.state() == OtpSystem.State.GAVE_UP) failureSeen = system.startedAt();
            stopSystem();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the lock, and cancels a start that holds it. Repeats this, because a start that holds
     * the lock may not have begun to start the tree. A cancelled start ends soon: initialisers that
     * ignore interrupts are killed.
     */
    private void callOffAndLock() {
        boolean interrupted = false;
        while (true) {
            try {
                if (system.state() == OtpSystem.State.STARTING) stopSystem();
                if (lock.tryLock(LOOK_AGAIN.toNanos(), TimeUnit.NANOSECONDS)) break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void stopSystem() {
        system.stop(properties.supervision().shutdownTimeout());
        objects.destroyEnded();
    }

    /** Stops the tree too, because Spring does not call {@code stop} if the refresh failed. */
    @Override
    public void destroy() {
        stop();
        addresses.close();
    }

    /**
     * True also while the tree starts or stops, so that a stop of the context does not skip this
     * bean.
     */
    @Override
    public boolean isRunning() {
        return switch (system.state()) {
            case STARTING, RUNNING, STOPPING -> true;
            case STOPPED -> false;
            case GAVE_UP -> !failureSeen.equals(system.startedAt());
        };
    }

    @Override
    public boolean isAutoStartup() {
        return properties.supervision().autoStartup();
    }

    @Override
    public int getPhase() {
        return properties.supervision().phase();
    }
}
