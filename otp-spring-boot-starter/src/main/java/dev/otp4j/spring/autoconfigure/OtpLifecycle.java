/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.StartError;
import dev.otp4j.supervisor.OtpStartException;
import dev.otp4j.supervisor.OtpSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the tree with the context and stops it with it: below the web server, so that no request
 * meets a missing actor. Can be stopped and started again; subjects stay the same.
 *
 * <p>Keeps no state beside the system's own, which the application may start and stop as well. Only
 * of a tree that gave up it remembers whether the context was stopped since: until then it counts
 * as running, since a context that is paused starts again only what it has stopped.
 */
final class OtpLifecycle implements SmartLifecycle, DisposableBean {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final OtpSystem system;
    private final Addresses addresses;
    private final OtpProperties properties;
    private final StartProgress progress;
    private final ReentrantLock lock = new ReentrantLock();

    /** Start of the life that had given up when the context was stopped last. */
    private volatile Optional<Instant> failureSeen = Optional.empty();

    OtpLifecycle(
            OtpSystem system,
            Addresses addresses,
            OtpProperties properties,
            StartProgress progress) {
        this.system = system;
        this.addresses = addresses;
        this.properties = properties;
        this.progress = progress;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (system.state() == OtpSystem.State.RUNNING) return;
            long begun = System.nanoTime();
            startSystem();
            StartReport.log(system, System.nanoTime() - begun);
        } finally {
            lock.unlock();
        }
    }

    private void startSystem() {
        try {
            system.start();
        } catch (OtpStartException e) {
            if (e.failure() != null || !(e.error() instanceof StartError.InitTimeout timeout))
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

    /** A start in progress is called off: a stop does not wait for an initialiser that hangs. */
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
     * Looks again and again: a start that holds the lock may just not have begun with the tree. It
     * ends soon after it was called off, since what does not look at interrupts is killed.
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
    }

    /** Comes without a stop if the refresh failed. */
    @Override
    public void destroy() {
        stop();
        addresses.close();
    }

    /** While the tree starts or stops as well: a stop of the context must not pass it by. */
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
