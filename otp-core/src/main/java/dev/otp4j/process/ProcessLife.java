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
 * Whether a local process lives, and the thread that runs it.
 *
 * <p>Life is one field. Everything else follows from it: a name, timer or monitor whose process has
 * a reason in {@code exit} counts as vacant or void from that instant; clearing memory comes after.
 *
 * <pre>
 * exit: null -> reason     end of the code, stop, crash, fatal signal, kill     first compare-and-set wins
 *
 * interrupt, so that the interrupt of a kill hits its victim only:
 * NONE -> INTERRUPTING -> INTERRUPTED    around Thread.interrupt       the thread that ended the process
 *                      -> NONE           it failed for want of stack   the same, which tries again
 * NONE -> LEFT                           the thread leaves a dead cell the owner; no thread interrupts it any more
 *
 * field                written by                              read by
 * exit                 the thread that ends the process (CAS)  any thread (volatile)
 * inCall               owner: volatile on, release or          the thread that ended it (volatile): with exit the
 *                      volatile off                            two form a Dekker pair, see enterCall
 * trapExits            the process itself                      senders of exit signals (volatile)
 * runner               owner, plain, before its mailbox CAS    a pusher that owes an unpark, the thread that closed
 *                      or fence; its thread is set before      the mailbox: ordered by the mailbox word; the thread
 *                                                              that decided the end: by exit; tools may read a stale
 *                                                              value
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
    final Mailbox mailbox = new Mailbox();
    @Nullable Runner runner;

    private volatile @Nullable ExitReason exit;
    volatile boolean inCall;
    private volatile byte interrupt;
    volatile boolean trapExits;
    private final boolean interruptOnKill;

    ProcessLife(Engine runtime, boolean interruptOnKill) {
        super(runtime.nextSerial());
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
     * Decides the end. The winner, and only it, has to tell of it with {@link Aftermath}
     * afterwards. Allocates nothing, and throws nothing once the end is decided: the caller can
     * record that with a plain store.
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

    /** The thread that runs this dead process looks whether it has ended. */
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
     * Opens the short stretch in which this process has an effect on another one. Whoever ends it
     * meanwhile waits for {@link #leaveCall} before it tells anybody, so that nothing a process
     * sends comes after its DOWN. Only a push or a compare-and-set belongs in between, and nothing
     * that waits for another call: two processes could wait for each other, or one for itself.
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
     * Ends the stretch. A stack overflow may come in here; therefore whoever catches or finally
     * leaves writes the field itself, for which no stack is needed.
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
        enterCall();
        try {
            return effect.get();
        } finally {
            inCall = false; // no call: the stack may be full
        }
    }

    /** Waits until the process is in no engine call; used by the one who ended it. */
    @AnyThread
    final void awaitCall() {
        boolean interrupted = false;
        for (int looks = 0; inCall; looks++) interrupted |= pause(looks);
        if (interrupted) Thread.currentThread().interrupt();
    }

    /**
     * Sleeps if the wait takes longer than a moment: a virtual thread that yields again and again
     * may be all that its carrier runs, and the thread that is waited for is not on it. Goes on
     * without sleeping if there is no memory for that.
     *
     * @return whether the thread was interrupted; it would not have slept
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

    /** The thread that runs the process, or null. */
    @AnyThread
    final @Nullable Thread thread() {
        Runner running = runner;
        return running == null ? null : running.thread;
    }

    /**
     * Interrupts the thread that runs this dead process, unless it has left; until it does, it is a
     * zombie.
     */
    @AnyThread
    final void interruptOwner() {
        Thread running = thread();
        if (running == null) {
            runtime.returned(this); // entered before an attempt that failed
            return; // no code of the process runs: it will see the end before any does
        }
        runtime.zombified(this, running);
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
            interrupt = done ? INTERRUPTED : NONE; // it is tried again
        }
    }

    /** The owner's thread leaves: afterwards no interrupt meant for this process can arrive. */
    @OwnerThread
    final void leaveInterrupts() {
        if (INTERRUPT.compareAndSet(this, NONE, LEFT)) return;
        for (int looks = 0; interrupt == INTERRUPTING; looks++) pause(looks);
        Thread.interrupted();
        INTERRUPT.compareAndSet(this, NONE, LEFT); // the attempt to interrupt may have failed
        runtime.returned(this);
    }
}
