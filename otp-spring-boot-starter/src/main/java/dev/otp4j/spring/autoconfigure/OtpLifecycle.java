/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.StartError;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Vacancy;
import dev.otp4j.supervisor.OtpStartException;
import dev.otp4j.supervisor.OtpSystem;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the tree with the context and stops it with it: below the web server, so that no request
 * meets a missing actor. Can be stopped and started again; subjects stay the same.
 */
final class OtpLifecycle implements SmartLifecycle, DisposableBean {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final OtpSystem system;
    private final Addresses addresses;
    private final OtpProperties properties;
    private final RootFailure rootFailure;
    private final KeepAliveThread keepAlive;
    private final StartProgress progress;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean running;
    private int life; // under the lock

    OtpLifecycle(
            OtpSystem system,
            Addresses addresses,
            OtpProperties properties,
            RootFailure rootFailure,
            KeepAliveThread keepAlive,
            StartProgress progress) {
        this.system = system;
        this.addresses = addresses;
        this.properties = properties;
        this.rootFailure = rootFailure;
        this.keepAlive = keepAlive;
        this.progress = progress;
    }

    @Override
    public void start() {
        lock.lock();
        try {
            if (running) return;
            long begun = System.nanoTime();
            addresses.whileVacant(Texts.notRunning(system, hold()));
            startSystem();
            running = true;
            int started = ++life;
            addresses.whileVacant(Vacancy.holding(hold()));
            keepAlive.begin();
            rootFailure.recovered();
            StartReport.log(system, System.nanoTime() - begun);
            system.whenTerminated()
                    .thenAcceptAsync(
                            reason -> rootEnded(started, reason), OtpLifecycle::inOwnThread);
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

    /**
     * Whoever ends the tree must not wait for the lock, which a stop holds while it waits for the
     * end. A platform thread begins even while handlers occupy all carriers.
     */
    private static void inOwnThread(Runnable task) {
        Thread.ofPlatform().daemon().name("otp:root-ended").start(task);
    }

    /** The root ended; if nobody stopped it, it has given up. */
    private void rootEnded(int which, ExitReason reason) {
        lock.lock();
        try {
            if (which != life || system.state() != OtpSystem.State.GAVE_UP) return;
            addresses.whileVacant(Vacancy.failing(Texts.gaveUp(system, reason)));
            keepAlive.end();
        } finally {
            lock.unlock();
        }
        rootFailure.happened();
    }

    /** On a platform thread, which begins even while handlers occupy all carriers. */
    @Override
    public void stop(Runnable callback) {
        Thread.ofPlatform()
                .daemon()
                .name("otp:stop")
                .start(
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
            if (!running) return;
            addresses.whileVacant(Texts.notRunning(system, hold()));
            stopSystem();
            addresses.whileVacant(Texts.notRunning(system, hold())); // the stop gave the names up
            running = false;
            keepAlive.end();
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
        addresses.whileVacant(Vacancy.failing(Texts.closed(system)));
    }

    /** While the tree starts as well: otherwise a stop of the context would pass it by. */
    @Override
    public boolean isRunning() {
        return running || system.state() == OtpSystem.State.STARTING;
    }

    @Override
    public boolean isAutoStartup() {
        return properties.supervision().autoStartup();
    }

    @Override
    public int getPhase() {
        return properties.supervision().phase();
    }

    private int hold() {
        return properties.mailbox().hold();
    }
}
