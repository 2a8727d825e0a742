/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Runner} that shows tools which message is being handled.
 *
 * <pre>
 * field         written by                                  read by
 * handling      the runner, release                         any thread, acquire
 * began, taken, takenBefore, first, turn
 *               the runner, plain, published with handling  any thread
 * lap, lapped   the runner                                  the runner
 * sighting      a tool that looks (volatile)                tools
 * </pre>
 */
abstract class Sighted extends Debtor {
    private static final VarHandle HANDLING;

    static {
        try {
            HANDLING = MethodHandles.lookup().findVarHandle(Sighted.class, "handling", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Engine runtime;

    /** When the first message was taken. */
    private long began;

    /** How many messages were taken. */
    private int taken;

    /** How many messages of its process earlier runners have taken up, since it was idle last. */
    private long takenBefore;

    /** The runner with which its process began to run, since it was idle last. */
    private Sighted first = this;

    /** How many processes that runner had run before. */
    private int turn;

    /** When the last handler ended; valid while {@code lapped} is set. See {@link HandlerWatch}. */
    long lap;

    boolean lapped;

    /**
     * The step that the process runs beside the message in hand, or null. Used by the runner's
     * thread only.
     */
    @Nullable String step;

    private @Nullable Node handling;
    private volatile @Nullable Sighting sighting;

    private record Sighting(Node node, long at) {}

    /** The time in which a process runs without being idle, on one runner or several. */
    record Run(Sighted first, int turn) {}

    /** A message that is being handled, and for how long at least. */
    record Handling(Node node, Duration age) {
        Class<?> messageType() {
            return node.item.getClass();
        }
    }

    Sighted(Engine runtime) {
        this.runtime = runtime;
    }

    /**
     * Says that the thread goes on with another process: the clock was read for the thread's first
     * message only.
     */
    @OwnerThread
    final void nextProcess() {
        HANDLING.setRelease(this, null);
        taken = 1;
        takenBefore = 0;
        first = this;
        turn++;
    }

    /** Says that this runner goes on with the process of another one, whose batch is used up. */
    @OwnerThread
    final void goesOnFrom(Sighted before) {
        takenBefore = before.handledInARow();
        first = before.first;
        turn = before.turn;
    }

    /**
     * The message that a process is handling now, or null. The time is exact for the first message
     * of a thread. For a later one it counts from the moment at which it was first seen here; the
     * sentry looks once a second. To read the clock for each message would cost more than the
     * message.
     */
    @AnyThread
    static @Nullable Handling handling(ProcessCell process) {
        Runner runner = process.runner;
        if (runner == null || runner.cell() != process) return null;
        Handling seen = runner.look();
        return runner.cell() == process ? seen : null;
    }

    @AnyThread
    final @Nullable Handling look() {
        Node node = (Node) HANDLING.getAcquire(this);
        if (node == null) return null;
        long now = runtime.scheduler.nanoTime();
        if (taken == 1) return new Handling(node, Duration.ofNanos(now - began));
        Sighting seen = sighting;
        if (seen == null || seen.node != node) {
            sighting = seen = new Sighting(node, now);
            if (HANDLING.getAcquire(this) != node) sighting = null; // see forget
        }
        return new Handling(node, Duration.ofNanos(Math.max(0, now - seen.at)));
    }

    /**
     * Keeps no message reachable: another runner goes on with the process, and keeps this one
     * reachable.
     */
    @OwnerThread
    final void forget() {
        HANDLING.setRelease(this, null);
        sighting = null; // partner: the second look at HANDLING in look
    }

    /** The node that is being handled, or was handled last, or null. */
    @OwnerThread
    final @Nullable Node handled() {
        return handling;
    }

    /**
     * A number that changes with each message; threads other than the runner's may see an old one.
     */
    @AnyThread
    final int progress() {
        return taken;
    }

    /**
     * The number of messages that its process has taken up since it was idle last; threads other
     * than the runner's may see an old one.
     */
    @AnyThread
    final long handledInARow() {
        return takenBefore + taken;
    }

    /**
     * In which of its runs the process is; threads other than the runner's may see the one before.
     */
    @AnyThread
    final Run runOfProcess() {
        return new Run(first, turn);
    }

    /** Records the node that is being handled from now on. */
    @OwnerThread
    final void take(@Nullable Node node) {
        if (node != null && taken++ == 0) began = runtime.scheduler.nanoTime();
        HANDLING.setRelease(this, node);
    }
}
