/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.application;

import dev.otp4j.application.OtpSystem.State;
import dev.otp4j.internal.log.Logs;
import dev.otp4j.internal.threads.Nanos;
import dev.otp4j.internal.threads.PlatformThreads;
import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.process.ProcessRuntime;
import dev.otp4j.process.Processes;
import dev.otp4j.supervisor.StaticSupervisor;
import dev.otp4j.supervisor.SupervisorInfo;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the tree of a system is started and stopped, and what happens when its root ends. */
final class Lifecycle {
    private static final System.Logger LOG = Logs.of(OtpSystem.class.getName());
    private static final Duration AFTER_KILL = Duration.ofSeconds(1);

    /**
     * Grace for actors after the end of their parent; shorter than the time that a stop waits for
     * the end of a life.
     */
    private static final Duration GRACE = Duration.ofMillis(500);

    private static final int SHOWN = 20;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** One life of the tree. */
    record Life(
            Pid root,
            SupervisorInfo view,
            Instant startedAt,
            CompletableFuture<ExitReason> ended,
            CompletableFuture<ExitReason> terminated) {}

    /*
     * state, life, terminated   changed together under the status monitor, by the thread that starts, stops, or sees the
     *                           root end; read alone (volatile)
     * told                      the state that listeners were told last; read and written under the status monitor
     *
     * A thread that changes the state tells listeners when it holds no lock any more. If another thread was faster, it
     * finds that the state was told already, or tells a newer one.
     *
     * The lifecycle lock only makes starts and stops follow each other; it is held while children start and stop, the
     * status monitor never. A stop waits for it within its own limit, after it has called the start off. Only platform
     * threads take the lock: a virtual thread could not release it while handlers occupy all carriers.
     */
    private final String name;
    private final ProcessRuntime runtime;
    private final Supplier<StaticSupervisor.Builder> root;
    private final TreeStart starting;
    private final Obituary obituary;
    private final Runnable changed;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private final Object status = new Object();

    private volatile State state = State.STOPPED;
    private State told = State.STOPPED;
    private volatile @Nullable Life life;
    private volatile CompletableFuture<ExitReason> terminated = new CompletableFuture<>();

    Lifecycle(
            String name,
            ProcessRuntime runtime,
            Supplier<StaticSupervisor.Builder> root,
            TreeStart starting,
            Obituary obituary,
            Runnable changed) {
        this.name = name;
        this.runtime = runtime;
        this.root = root;
        this.starting = starting;
        this.obituary = obituary;
        this.changed = changed;
    }

    // ---- starting

    /** See {@link OtpSystem#start}. */
    void start() {
        if (Thread.currentThread().isVirtual()) {
            if (state == State.RUNNING) return;
            StaticSupervisor.Builder supervisor = Processes.outside(root); // the caller's thread
            PlatformThreads.call(
                    runtime.classLoader(), "otp:start:" + name, () -> start(() -> supervisor));
        } else {
            start(root);
        }
    }

    /** On a platform thread, which can let go of the lock when no virtual thread can run. */
    private boolean start(Supplier<StaticSupervisor.Builder> supervisor) {
        lifecycle.lock();
        try {
            if (state == State.RUNNING) return true;
            Life before = life;
            starting.begin(before == null ? null : before.view());
            change(State.STARTING);
            try {
                running(starting.run(supervisor));
            } finally {
                if (state == State.STARTING) notStarted();
            }
            return true;
        } finally {
            lifecycle.unlock();
        }
    }

    /** What a failed start has left behind is killed. */
    private void notStarted() {
        endRest(GRACE);
        change(State.STOPPED);
    }

    private void running(StaticSupervisor tree) {
        Pid root = tree.pid();
        Life now;
        synchronized (status) {
            // the first life ends the stage that was handed out before it; each later one has its
            // own
            if (life != null) terminated = new CompletableFuture<>();
            now = new Life(root, tree.info(), Instant.now(), new CompletableFuture<>(), terminated);
            life = now;
            state = State.RUNNING;
        }
        var unused =
                runtime.whenEnded(
                                root,
                                task ->
                                        PlatformThreads.start(
                                                runtime.classLoader(), "otp:ended", task))
                        .thenAccept(reason -> ended(now, reason));
    }

    private void change(State next) {
        synchronized (status) {
            state = next;
        }
    }

    /** Tells listeners of a state in which the system can stay, unless they were told. */
    void tellChange() {
        synchronized (status) {
            State now = state;
            if (now == told || now == State.STARTING || now == State.STOPPING) return;
            told = now;
        }
        changed.run();
    }

    // ---- ending

    /** The root of a life has ended: as it was told to, or by itself. */
    private void ended(Life which, ExitReason reason) {
        boolean requested = !isRunning(which);
        if (!requested) giveUp(which, reason);
        which.ended()
                .complete(reason); // first: a stop must not wait for what users hung on the rest
        if (!requested) tellChange();
        obituary.tell(reason, requested);
        which.terminated().complete(reason);
    }

    private boolean isRunning(Life which) {
        synchronized (status) {
            return life == which && state == State.RUNNING;
        }
    }

    /**
     * What runs beside the tree first, and names together with the state: once that has changed
     * another life can begin. The log last: it may be slow.
     */
    private void giveUp(Life which, ExitReason reason) {
        endRest(GRACE);
        String because =
                which.view().offender().map(offender -> ", because " + offender).orElse("");
        String why =
                "the supervision tree of '%s' has given up: its root supervisor ended with reason=%s%s"
                        .formatted(name, reason, because);
        Runnable drops;
        synchronized (status) {
            if (life != which || state != State.RUNNING) return;
            state = State.GAVE_UP;
            // under the monitor, without which no other life begins: what names hold is this one's,
            // and a name that asks for the state holds no more
            drops = runtime.takeNames(why);
        }
        drops.run();
        LOG.log(
                Level.ERROR,
                "supervision tree of ''{0}'' has given up: root supervisor ended with reason={1}{2}; nothing of it"
                        + " runs any more",
                name,
                reason,
                because);
    }

    // ---- stopping

    /** See {@link OtpSystem#stop}. */
    boolean stop(TimeLeft time) {
        boolean inTime = callOffAndLock(time);
        if (!inTime) {
            starting.kill();
            if (!new TimeLeft(AFTER_KILL).tryLock(lifecycle, AFTER_KILL)) return false;
        }
        try {
            return stopRunning(time) && inTime;
        } finally {
            lifecycle.unlock();
        }
    }

    /** Looks again and again: a start may just have taken the lock and not be one yet. */
    private boolean callOffAndLock(TimeLeft time) {
        do {
            if (state == State.STARTING) starting.callOff("'%s' was stopped".formatted(name));
            if (time.tryLock(lifecycle, LOOK_AGAIN)) return true;
        } while (time.left().isPositive() && !Thread.currentThread().isInterrupted());
        return false;
    }

    private boolean stopRunning(TimeLeft time) {
        Life now = life;
        if (now == null || state != State.RUNNING) return true;
        change(State.STOPPING);
        Processes.outside(() -> exit(now));
        boolean inTime = await(now, time.left());
        if (!inTime) killAll(now, time.limit());
        endRest(time.left().compareTo(GRACE) < 0 ? time.left() : GRACE);
        runtime.endOnCallerThreads();
        runtime.abandonNames("'%s' was stopped".formatted(name));
        change(State.STOPPED);
        return inTime;
    }

    /** In the name of the runtime, which is the root's parent. */
    private static boolean exit(Life life) {
        Processes.exit(life.root(), ExitReason.SHUTDOWN);
        return true;
    }

    private void killAll(Life now, Duration limit) {
        var left = new AtomicInteger();
        var first = new ArrayList<Pid>();
        TreeWalk.through(
                now.root(),
                visit ->
                        visit.pid()
                                .ifPresent(
                                        pid -> {
                                            if (left.getAndIncrement() < SHOWN) first.add(pid);
                                        }));
        LOG.log(
                Level.WARNING,
                "tree of ''{0}'' did not stop within {1}; killing {2} processes: {3}",
                name,
                limit,
                left,
                shown(first, left.get()));
        TreeWalk.kill(now.root());
        runtime.killUnsupervised(Duration.ZERO); // what those were starting
        await(now, AFTER_KILL);
    }

    /**
     * Kills and reports the processes that run beside the tree: those that processes of the tree
     * started without a link, and those that other threads started in its runtime.
     *
     * @param grace for actors that are ending because their parent has ended
     */
    private void endRest(Duration grace) {
        List<Pid> killed = runtime.killUnsupervised(grace);
        if (killed.isEmpty()) return;
        LOG.log(
                Level.WARNING,
                "tree of ''{0}'' has ended; killed {1} processes that ran beside it: {2}",
                name,
                killed.size(),
                shown(killed, killed.size()));
    }

    /** The first of so many processes. */
    private static String shown(List<Pid> first, int all) {
        String pids =
                first.stream().limit(SHOWN).map(Pid::toString).collect(Collectors.joining(", "));
        return all > SHOWN ? pids + ", ..." : pids;
    }

    /** See {@link OtpSystem#close}. */
    void close() {
        endRest(Duration.ZERO);
        runtime.endOnCallerThreads();
        runtime.close();
    }

    private static boolean await(Life life, Duration limit) {
        try {
            life.ended().get(Nanos.of(limit), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- read by any thread

    State state() {
        return state;
    }

    /** The present life, or the last one. */
    @Nullable Life life() {
        return life;
    }

    /** Completes with the reason when the present life ends. */
    CompletableFuture<ExitReason> terminated() {
        return terminated;
    }

    /** The root of the present life, or of the one that is being started. */
    @Nullable Pid top() {
        Pid begun = state == State.STARTING ? starting.root() : null;
        Life now = life;
        return begun != null || now == null ? begun : now.root();
    }
}
