/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One run of a process on a thread: the drain of a behaviour's mailbox, or the whole body of a
 * process that has a thread of its own.
 *
 * <p>A drain handles at most a batch and then goes to the end of the line, so that a flooded
 * process does not starve the others. Before it goes idle it looks once more: going idle is the
 * compare-and-set that fails if there is something to see.
 *
 * <p>A drain of a suspended process puts aside what is not urgent; after the resume that is read
 * first.
 */
final class Activation implements Runnable {
    private static final int BATCH = 512;
    private static final VarHandle HANDLING;

    static {
        try {
            HANDLING =
                    MethodHandles.lookup().findVarHandle(Activation.class, "handling", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final ProcessCell cell;
    private final @Nullable Runnable body;

    /**
     * The process that the thread counts as now: the cell, or null while code runs that is none.
     * Its thread's alone.
     */
    @Nullable ProcessCell current;

    /** When the first message was taken up; plain, published with {@code handling}. */
    private long began;

    /** How many messages were taken up; plain, published with {@code handling}. */
    private int taken;

    /** The message being handled; its own thread's store-release, read by anybody. */
    private @Nullable Node handling;

    /** When somebody first saw a message being handled; written by whoever looks. */
    private volatile @Nullable Sighting sighting;

    private record Sighting(Node node, long at) {}

    /** A message being handled, and for how long at least. */
    record Handling(Node node, Duration age) {
        Class<?> messageType() {
            return node.item.getClass();
        }
    }

    /** Written once by its own thread before it enters {@link Current}; others only compare it. */
    @Nullable Thread thread;

    Activation(ProcessCell cell) {
        this(cell, null);
    }

    Activation(ProcessCell cell, @Nullable Runnable body) {
        this.cell = cell;
        this.current = cell;
        this.body = body;
    }

    /**
     * What a process is handling now, or null. Exact in time for the first message of a run; for a
     * later one the time counts from when it was first seen here, which the sentry does once a
     * second: a clock per message would cost more than the message.
     */
    @AnyThread
    static @Nullable Handling handling(ProcessCell process) {
        Thread running = process.thread;
        Activation run = running == null ? null : Current.activationOf(running);
        return run == null || run.cell != process ? null : run.look();
    }

    @AnyThread
    @Nullable Handling look() {
        Node node = (Node) HANDLING.getAcquire(this);
        if (node == null) return null;
        long now = cell.runtime.nanoTime();
        if (taken == 1) return new Handling(node, Duration.ofNanos(now - began));
        Sighting seen = sighting;
        if (seen == null || seen.node != node) sighting = seen = new Sighting(node, now);
        return new Handling(node, Duration.ofNanos(Math.max(0, now - seen.at)));
    }

    private void take(@Nullable Node node) {
        if (node != null && taken++ == 0) began = cell.runtime.nanoTime();
        HANDLING.setRelease(this, node);
    }

    /** Where this activation is, if its thread occupies a carrier. */
    Optional<Starvation.Culprit> culprit() {
        Thread running = thread;
        if (running == null || running.getState() != Thread.State.RUNNABLE) return Optional.empty();
        List<StackTraceElement> stack = List.of(running.getStackTrace());
        if (stack.isEmpty()) return Optional.empty();
        return Optional.of(new Starvation.Culprit(cell, cell.alive(), stack));
    }

    @Override
    public void run() {
        Thread current = Thread.currentThread();
        thread = current;
        Current.enter(this, current);
        boolean again = false;
        try {
            occupy(current);
            if (!cell.alive()) cell.leave();
            else if (body != null) runBody(body);
            else again = drain(current);
        } finally {
            Current.leave(this, current);
        }
        if (again) cell.runtime.scheduler().start(cell.threadName(), new Activation(cell));
    }

    /** The thread is known to whoever ends the process from now on, or the end is seen here. */
    private void occupy(Thread current) {
        cell.thread = current;
        VarHandle
                .fullFence(); // partner: the exchange in Mailbox.close, before interruptOwner reads
        // thread
    }

    private void runBody(Runnable code) {
        ExitReason reason;
        try {
            code.run();
            reason = ExitReason.NORMAL;
        } catch (Throwable thrown) {
            reason = ExitReason.of(thrown, cell);
        }
        if (!(code instanceof Borrowed.Body))
            CrashReport.of(cell, reason); // that one's caller gets the throwable
        cell.end(reason);
        cell.leave();
    }

    /** True if the batch is used up and there is more. */
    private boolean drain(Thread current) {
        Behavior<?> behavior = cell.behavior;
        if (behavior == null) throw new IllegalStateException("no behavior: " + cell);
        try {
            if (!behavior.hasStarted() && !begin(behavior)) return false;
            for (int left = BATCH; left > 0; left--) {
                if (behavior.stopping() != null) return finish(behavior, behavior.stopping());
                Node node = next(behavior);
                if (!cell.alive()) return gone(node);
                if (node != null && behavior.isSuspended() && !cell.isUrgent(node)) {
                    cell.inbox().postpone(node);
                } else if (node != null) {
                    take(node);
                    behavior.dispatch(cell, node);
                    Thread.interrupted(); // what one message left is not the next one's
                } else if (rest()) {
                    return false;
                } else {
                    occupy(current);
                }
            }
            if (behavior.stopping() != null) return finish(behavior, behavior.stopping());
            cell.thread = null; // another thread goes on; nobody is to interrupt this one any more
            return true;
        } catch (Throwable thrown) {
            return finish(behavior, ExitReason.of(thrown, cell));
        }
    }

    private @Nullable Node next(Behavior<?> behavior) {
        Inbox inbox = cell.inboxIfUsed();
        if (inbox == null) return cell.mailbox.poll();
        return behavior.isSuspended() ? inbox.nextUrgent() : inbox.next();
    }

    /** Goes idle; false if there is something to see. An idle process keeps no thread reachable. */
    private boolean rest() {
        take(null); // not after each message: a second store that nobody needs
        cell.thread = null;
        return cell.mailbox.idle();
    }

    private boolean gone(@Nullable Node polled) {
        if (polled != null) Current.outside(() -> cell.runtime.drop(DropReason.DEAD, polled, cell));
        return gone();
    }

    private boolean gone() {
        cell.leave();
        return false;
    }

    private boolean begin(Behavior<?> behavior) {
        StartCell start = cell.pendingStart();
        try {
            if (!register(start)) return gone();
            Object data = behavior.begin();
            Name<?> name = cell.ownName();
            if (name != null) name.open(cell);
            if (!cell.alive()) return gone();
            if (start != null) start.complete(new Startup.Running(cell, data));
            cell.started();
            return true;
        } catch (InitFailedException refused) {
            if (start != null) start.failing(String.valueOf(refused.getMessage()));
            cell.end(ExitReason.NORMAL);
        } catch (InitIgnoredException declined) {
            if (start != null) start.ignoring();
            cell.end(ExitReason.NORMAL);
        } catch (Throwable thrown) {
            ExitReason reason = ExitReason.of(thrown, cell);
            CrashReport.of(cell, reason);
            cell.end(reason);
        }
        return gone();
    }

    /** Takes the process's own name. False if that failed; the process has ended then. */
    private boolean register(@Nullable StartCell start) {
        Name<?> name = cell.ownName();
        if (name == null) return true;
        Name.Registration registration = name.register(cell, false);
        while (registration == Name.Registration.TAKEN) {
            ProcessCell orphan = name.orphanedHolder();
            if (orphan == null) break;
            awaitEnd(orphan);
            registration = name.register(cell, false);
        }
        if (registration == Name.Registration.DONE) return true;
        if (start != null && registration != Name.Registration.DEAD) {
            start.failing("name already registered: " + name);
        }
        cell.end(ExitReason.NORMAL);
        return false;
    }

    /**
     * Waits until a process has ended that is about to: its parent has. When a supervisor is killed
     * its children finish what they are doing, each in its own time; their successors are started
     * meanwhile and must not fail for their names, or the supervisor's supervisor would use up its
     * tolerance within milliseconds. The starter's time limit bounds it.
     */
    private void awaitEnd(ProcessCell orphan) {
        Monitor monitor = cell.monitor(orphan);
        cell.inbox()
                .receive(
                        Selector.<Down>create().selectMonitor(monitor, down -> down),
                        Long.MAX_VALUE);
    }

    /** Ends the process from the inside, after its terminate callback. */
    private boolean finish(Behavior<?> behavior, @Nullable ExitReason wanted) {
        take(null);
        ExitReason reason = wanted == null ? ExitReason.NORMAL : wanted;
        if (cell.alive()) {
            try {
                behavior.terminate(reason);
            } catch (Throwable thrown) {
                reason = ExitReason.of(thrown, cell);
            }
            CrashReport.of(cell, reason);
            cell.end(reason);
        }
        return gone();
    }
}
