/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which systems a system needs, and which need it. Systems are built one after another, so they
 * form no circle. No lock is held while one starts or stops another: systems that need each other
 * must be started and stopped by one thread at a time.
 */
final class Dependencies {
    private static final Duration TO_CLEAN_UP = Duration.ofSeconds(20);

    private final OtpSystem own;
    private final List<OtpSystem> needed;
    private final CopyOnWriteArrayList<OtpSystem> dependents = new CopyOnWriteArrayList<>();

    Dependencies(OtpSystem own, List<OtpSystem> needed) {
        this.own = own;
        this.needed = List.copyOf(needed);
    }

    /**
     * Starts what is needed and then the system. If one of them fails, those that were started here
     * are stopped again, the last one first.
     */
    void whileStarting(Runnable start) {
        var begun = new ArrayList<OtpSystem>();
        try {
            for (OtpSystem system : needed) {
                system.dependencies().dependents.addIfAbsent(own);
                if (system.state() == OtpSystem.State.RUNNING) continue;
                system.start();
                begun.add(system);
            }
            start.run();
        } catch (Throwable failed) {
            for (OtpSystem system : begun.reversed()) system.stop(TO_CLEAN_UP);
            throw failed;
        }
    }

    /** The systems that need this one and were started with it at least once. */
    List<OtpSystem> dependents() {
        return dependents;
    }

    /** Stops the systems that need this one, those that came last first. */
    boolean stopDependents(TimeLeft time) {
        boolean inTime = true;
        for (OtpSystem system : List.copyOf(dependents).reversed()) {
            inTime &= system.stop(time.left());
        }
        return inTime;
    }
}
