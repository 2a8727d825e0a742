/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.lang.invoke.VarHandle;
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

    final ProcessCell cell;
    private final @Nullable Runnable body;

    /**
     * The process that the thread counts as now: the cell, or null while code runs that is none.
     * Its thread's alone.
     */
    @Nullable ProcessCell current;

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

    private boolean register(@Nullable StartCell start) {
        Name<?> name = cell.ownName();
        if (name == null) return true;
        Name.Registration registration = name.register(cell, false);
        if (registration == Name.Registration.DONE) return true;
        if (start != null && registration != Name.Registration.DEAD) {
            start.failing("name already registered: " + name);
        }
        cell.end(ExitReason.NORMAL);
        return false;
    }

    /** Ends the process from the inside, after its terminate callback. */
    private boolean finish(Behavior<?> behavior, @Nullable ExitReason wanted) {
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
