/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that looks once a second whether virtual threads still begin, what handlers are
 * at, and who has been a zombie for too long.
 *
 * <p>It exists only while there is something to watch: it ends after a second in which nothing was
 * started, and the next start brings it back. Between two looks it costs a start one volatile read.
 *
 * <pre>
 * active   set by whoever starts an activation, cleared by the sentry's tick (volatile)
 * thread   the sentry, or null: it clears it, then looks at active once more; a starter sets active, then looks at
 *          thread: one of the two sees the other
 * probe    written and read by the sentry; its done flag is set by a virtual thread (volatile)
 * </pre>
 */
final class Sentry implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.otp4j.process.sentry");
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);
    static final Duration OLD_ZOMBIE = Duration.ofSeconds(5);

    private final ProcessRuntime runtime;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private final Set<Pid> reported = new HashSet<>();
    private volatile boolean active;
    private volatile boolean closed;
    private @Nullable Probe probe;
    private boolean starving;

    Sentry(ProcessRuntime runtime) {
        this.runtime = runtime;
    }

    private static final class Probe implements Runnable {
        final long since = System.nanoTime();
        volatile boolean done;

        @Override
        public void run() {
            done = true;
        }
    }

    /** Something was started: watch for a while. */
    void touch() {
        if (active) return;
        active = true;
        wake();
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread.get());
    }

    private void wake() {
        if (closed || thread.get() != null) return;
        Thread sentry =
                Thread.ofPlatform()
                        .daemon()
                        .name("otp-sentry:" + runtime.node().name())
                        .unstarted(this);
        if (!thread.compareAndSet(null, sentry)) return;
        try {
            sentry.start();
        } catch (Throwable noThread) {
            // the process that was started must not suffer for it; the next start tries again
            thread.set(null);
            active = false;
        }
    }

    @Override
    public void run() {
        do {
            while (!closed && tick()) LockSupport.parkNanos(TICK);
            thread.set(null);
        } while (!closed && active && thread.compareAndSet(null, Thread.currentThread()));
    }

    /** One look. False if there is nothing to watch any more. */
    private boolean tick() {
        lookAtProbe();
        lookAtHandlers();
        lookAtZombies();
        boolean waiting = probe != null;
        boolean wasActive = active;
        active = false;
        if (!waiting && wasActive) {
            probe = new Probe();
            Thread.ofVirtual().name("otp-probe").start(probe);
        }
        return waiting || wasActive || runtime.zombieCount() > 0;
    }

    private void lookAtProbe() {
        Probe sent = probe;
        if (sent == null) return;
        if (sent.done) {
            probe = null;
            if (starving) LOG.log(Level.WARNING, "virtual threads begin again");
            starving = false;
        } else if (!starving && System.nanoTime() - sent.since >= TICK) {
            starving = true;
            report(Duration.ofNanos(System.nanoTime() - sent.since));
        }
    }

    private void report(Duration since) {
        List<Starvation.Culprit> culprits =
                Current.activations().stream()
                        .filter(activation -> activation.cell.runtime == runtime)
                        .flatMap(activation -> activation.culprit().stream())
                        .toList();
        var starvation = new Starvation(since, culprits);
        LOG.log(
                Level.ERROR,
                "no virtual thread has begun for {0}: all carriers are occupied, by {1} processes of this runtime{2}",
                since,
                culprits.size(),
                culprits.stream().map(Sentry::text).collect(Collectors.joining()));
        runtime.starved(starvation);
    }

    private static String text(Starvation.Culprit culprit) {
        return "\n" + culprit.pid() + (culprit.alive() ? "" : " (dead)") + frames(culprit.stack());
    }

    private static String frames(List<StackTraceElement> stack) {
        return stack.stream().map(frame -> "\n\tat " + frame).collect(Collectors.joining());
    }

    /** So that whoever asks later knows for how long a message has been handled. */
    private void lookAtHandlers() {
        for (Activation run : Current.activations()) {
            if (run.cell.runtime == runtime) run.look();
        }
    }

    private void lookAtZombies() {
        if (runtime.zombieCount() == 0) {
            reported.clear();
            return;
        }
        List<Zombie> old =
                runtime.zombies().stream().filter(z -> z.age().compareTo(OLD_ZOMBIE) >= 0).toList();
        for (Zombie zombie : old) {
            if (!reported.add(zombie.pid())) continue;
            LOG.log(
                    Level.WARNING,
                    "{0} has been dead for {1}, but its code still runs on thread ''{2}''{3}",
                    zombie.pid(),
                    zombie.age(),
                    zombie.thread(),
                    frames(zombie.stack()));
            runtime.oldZombie(zombie);
        }
        reported.retainAll(old.stream().map(Zombie::pid).collect(Collectors.toSet()));
    }
}
