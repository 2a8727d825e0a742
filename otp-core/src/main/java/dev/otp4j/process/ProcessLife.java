/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox;
import dev.otp4j.internal.marks.AnyThread;
import dev.otp4j.internal.marks.OwnerThread;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a local process lives, and which thread runs it.
 *
 * <p>The field {@code exit} decides whether the process lives, and all else follows from it: if it
 * has a reason, the process's name counts as vacant, and its timers and monitors as void, from that
 * instant. Memory is cleared later.
 *
 * <pre>
 * exit: null -> reason     end of the code, stop, crash, fatal signal, kill     the first compare-and-set wins
 *
 * interrupt, so that the interrupt of a kill hits its victim only:
 * NONE -> INTERRUPTING -> INTERRUPTED    around Thread.interrupt       the thread that ended the process
 *                      -> NONE           it failed for want of stack   the same thread, which tries again
 * NONE -> LEFT                           the owner leaves a dead cell  the owner; no thread interrupts it any more
 *
 * field                written by                              read by
 * exit                 the thread that ends the process (CAS)  any thread (volatile)
 * inCall               owner: volatile on, release or          the thread that ended the process (volatile): with exit
 *                      volatile off                            this is a Dekker pair, see enterCall
 * trapExits            the process itself                      senders of exit signals (volatile)
 * runner               owner, plain, before its mailbox CAS    a sender that owes an unpark and the thread that closed
 *                      or fence; the runner's thread is set    the mailbox: ordered by the mailbox's word; the thread
 *                      before                                  that decided the end: ordered by exit; tools may read a
 *                                                              stale value
 * </pre>
 */
abstract class ProcessLife extends ProcessPort {
    private static final VarHandle EXIT;
    private static final VarHandle IN_CALL;
    private static final VarHandle INTERRUPT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            EXIT = lookup.findVarHandle(ProcessLife.class, "exit", ExitReason.class);
            IN_CALL = lookup.findVarHandle(ProcessLife.class, "inCall", boolean.class);
            INTERRUPT = lookup.findVarHandle(ProcessLife.class, "interrupt", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Pause between two looks at another process's in-call flag once spinning did not help. */
    private static final long NAP = TimeUnit.MICROSECONDS.toNanos(50);

    private static final byte NONE = 0;
    private static final byte INTERRUPTING = 1;
    private static final byte INTERRUPTED = 2;
    private static final byte LEFT = 3;

    final Engine runtime;
    final Mailbox mailbox;
    @Nullable Runner runner;

    private volatile @Nullable ExitReason exit;
    volatile boolean inCall;
    private volatile byte interrupt;
    volatile boolean trapExits;
    private final boolean interruptOnKill;

    ProcessLife(Engine runtime, boolean interruptOnKill, Mailbox mailbox) {
        super(runtime.nextSerial());
        this.mailbox = mailbox;
        this.runtime = runtime;
        this.interruptOnKill = interruptOnKill;
    }

    @Override
    @AnyThread
    final boolean alive() {
        return exit == null;
    }

    @Override
    @AnyThread
    final @Nullable ExitReason exitReason() {
        return exit;
    }

    /**
     * Decides the end of the process. True for one thread only, which then has to carry out the
     * {@link Aftermath}. Allocates nothing, and throws nothing once the end is decided: the caller
     * can record that with a plain store.
     */
    @AnyThread
    final boolean decide(ExitReason reason) {
        if (!EXIT.compareAndSet(this, null, reason)) return false;
        try {
            tellRunner();
        } catch (Throwable full) {
            // the aftermath does it again
        }
        return true;
    }

    /** Makes the thread that runs this dead process look whether it has ended. */
    @AnyThread
    final void tellRunner() {
        Runner running = runner; // after the compare-and-set; partner: the fence in occupy
        if (running != null) running.tell();
    }

    /** Throws if the process has ended. */
    @OwnerThread
    final void checkAlive() {
        ExitReason reason = exit;
        if (reason != null) throw new ProcessExit(this, reason);
    }

    /**
     * Begins the short stretch in which this process has an effect on another one. A thread that
     * ends this process meanwhile waits for {@link #leaveCall} before it tells links and watchers,
     * so that nothing that a process sends comes after its DOWN. Only a push or a compare-and-set
     * belongs into the stretch, and nothing that waits for another call: two processes could wait
     * for each other, or one for itself.
     *
     * @throws ProcessExit if the process has ended
     */
    @OwnerThread
    final void enterCall() {
        inCall = true; // volatile: before the read of exit; partner: decide, then awaitCall
        ExitReason reason = exit;
        if (reason == null) return;
        inCall = false;
        throw new ProcessExit(this, reason);
    }

    /**
     * Ends the stretch. A stack overflow may come in this method. Therefore a catch or finally
     * block writes the field itself, which needs no stack.
     */
    @OwnerThread
    final void leaveCall() {
        IN_CALL.setRelease(this, false); // partner: the volatile read in awaitCall
    }

    /**
     * Does something that has an effect on another process, between {@link #enterCall} and {@link
     * #leaveCall}. {@link Delivery} and {@link ReplyCell} have the same bracket written out: they
     * are on the path of each message.
     *
     * @throws ProcessExit if the process has ended
     */
    @OwnerThread
    final <T extends @Nullable Object> T withinCall(Supplier<? extends T> effect) {
        countAct();
        enterCall();
        try {
            return effect.get();
        } finally {
            inCall = false; // no call: the stack may be full
        }
    }

    /** Counts an act that is no send to a live process, if the acts of the process are counted. */
    @OwnerThread
    final void countAct() {
        Runner own = runner;
        if (own != null) own.countAct();
    }

    /**
     * Waits until the process is in no engine call. A thread that has ended the process, or found
     * it dead, calls this.
     */
    @AnyThread
    final void awaitCall() {
        boolean interrupted = false;
        for (int looks = 0; inCall; looks++) interrupted |= pause(looks);
        if (interrupted) Thread.currentThread().interrupt();
    }

    /**
     * Waits a moment between two looks: it spins, then yields, then sleeps. Yielding alone does not
     * do: a virtual thread that yields again and again may be all that its carrier runs, while the
     * awaited thread is on another carrier. Without memory for a sleep it spins.
     *
     * @return whether the thread was interrupted; the interrupt status is cleared then, for an
     *     interrupted thread would not sleep
     */
    static boolean pause(int looks) {
        if (looks < 100) {
            Thread.onSpinWait();
            return false;
        }
        boolean interrupted = looks >= 200 && Thread.interrupted();
        try {
            if (looks < 200) Thread.yield();
            else LockSupport.parkNanos(NAP);
        } catch (OutOfMemoryError noMemory) {
            Thread.onSpinWait();
        }
        return interrupted;
    }

    /** {@link #pause} that keeps the interrupt status of the thread. */
    static void pauseOnce(int looks) {
        if (pause(looks)) Thread.currentThread().interrupt();
    }

    /** The thread that runs the process, or null. */
    @AnyThread
    final @Nullable Thread thread() {
        Runner running = runner;
        return running == null ? null : running.thread;
    }

    /**
     * Says that code of this dead process still runs, if a thread runs it: until the thread leaves,
     * the process is a zombie. {@link #interruptOwner} must follow.
     */
    @AnyThread
    final void zombify() {
        Thread running = thread();
        if (running != null) runtime.zombified(this, running);
    }

    /** Interrupts the thread that runs this dead process, unless the thread has left it. */
    @AnyThread
    final void interruptOwner() {
        Thread running = thread();
        if (running == null) {
            runtime.returned(this); // it has left since
            return; // no code of the process runs: a thread sees the end before it runs any
        }
        if (!INTERRUPT.compareAndSet(this, NONE, INTERRUPTING)) {
            runtime.returned(this);
            return;
        }
        boolean done = false;
        try {
            if (interruptOnKill) runtime.scheduler.interrupt(running);
            else runtime.scheduler.unpark(running); // a wait of the engine ends all the same
            done = true;
        } finally {
            interrupt = done ? INTERRUPTED : NONE; // NONE: it is tried again
        }
    }

    /**
     * The owner's thread leaves: no interrupt that is meant for this process can reach the thread
     * afterwards.
     */
    @OwnerThread
    final void leaveInterrupts() {
        if (INTERRUPT.compareAndSet(this, NONE, LEFT)) return;
        for (int looks = 0; interrupt == INTERRUPTING; looks++) pause(looks);
        Thread.interrupted();
        INTERRUPT.compareAndSet(this, NONE, LEFT); // the attempt to interrupt may have failed
        runtime.returned(this);
    }
}
