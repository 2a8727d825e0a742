/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.marks.AnyThread;
import org.jspecify.annotations.Nullable;

/**
 * What a thread owes other processes after a step that cannot be undone: a message is in a mailbox,
 * so its receiver has to be scheduled; an end is decided, so links and monitors have to be told; an
 * outcome is set, so the waiting thread has to be woken.
 *
 * <p>An error can come between the step and what follows from it: the stack is full, or there is no
 * memory. So the thread records the debt with plain stores right after the step; it makes no call
 * there, so no error can come. {@link #pay} carries out what is recorded. It may be called again
 * after a failure, and does nothing twice.
 *
 * <pre>
 * field      set                                        cleared
 * creditor   after a push, with owed                    when its receiver was scheduled or unparked
 * launched   when a runner was made for the creditor    with the creditor
 * ended      after an end was decided                   when links, monitors and names were told
 * whole      before that end is decided                 never: such a debtor is used once
 * aftermath  when telling of that end begins            with ended
 * unwoken    when the waking of a thread has failed     when it was woken
 * rest       by a step that has more to do afterwards   when that is done
 * abandoned  when its thread cannot pay (volatile)      never
 * left       before it is pushed onto the stack in      never
 *            {@link Debts} (volatile)
 *
 * All fields but abandoned belong to the thread that made the step. Once that thread has set abandoned, or has pushed the
 * debtor onto the stack in {@link Debts}, they belong to the sentry.
 * </pre>
 */
class Debtor {
    /** The process to which the thread owes {@code owed} since a push, or null. */
    @Nullable ProcessPort creditor;

    Owed owed = Owed.NOTHING;

    /** The runner that was started to pay that, or null if none was yet. */
    @Nullable Runner launched;

    @Nullable ProcessCell ended;

    /** Whether the process that is ended takes its children along, see {@link Aftermath}. */
    boolean whole;

    @Nullable Aftermath aftermath;
    @Nullable Rendezvous unwoken;
    @Nullable Runnable rest;

    /** The next debtor on the stack of {@link Debts}. */
    @Nullable Debtor nextLeft;

    /** Whether this debtor was pushed onto that stack. */
    private volatile boolean left;

    /**
     * The owing thread does not pay; the sentry does. Written with a plain assignment in the
     * handler that catches the error, never through a method: the stack may be too full for a call.
     */
    volatile boolean abandoned;

    /** Says that the thread leaves this debtor to the sentry, on the stack. */
    final void markLeft() {
        left = true;
    }

    final boolean isLeft() {
        return left;
    }

    final boolean isAbandoned() {
        return abandoned;
    }

    /** Whether something is left to do. */
    boolean owes() {
        return creditor != null || ended != null || unwoken != null || rest != null;
    }

    /** Carries out what is recorded. What fails stays owed, and so does what comes after it. */
    void pay() {
        payCreditor();
        payUnwoken();
        tellEnd();
        Runnable more = rest;
        if (more != null) more.run();
        rest = null;
    }

    /**
     * Does what {@link #pay} does, for a thread that has to go on: what fails is tried again at the
     * thread's end.
     */
    final void payIfPossible() {
        try {
            pay();
        } catch (Throwable later) {
            // owed still
        }
    }

    /**
     * Does what {@link #pay} does, for a thread that listeners must not hold up: another thread
     * tells them.
     */
    void payForAnother() {
        ProcessCell dead = ended;
        if (dead != null && aftermath == null) aftermath = new Aftermath(this, dead);
        if (aftermath != null) aftermath.reportElsewhere();
        pay();
    }

    /** Schedules or unparks the receiver of the last push. */
    final void payCreditor() {
        ProcessPort to = creditor;
        if (to == null) return;
        if (owed != Owed.ACTIVATION || unsure(launched)) {
            launched = null; // that runner does not begin any more
            to.settle(owed, this);
        }
        creditor = null;
        launched = null; // belongs to this receiver only
    }

    private void payUnwoken() {
        Rendezvous waiting = unwoken;
        if (waiting != null) waiting.wakeAgain();
        unwoken = null;
    }

    /** Tells of the end of the process that this debtor has ended, if there is one. */
    final void tellEnd() {
        ProcessCell dead = ended;
        if (dead == null) return;
        Aftermath begun = aftermath;
        if (begun == null) aftermath = begun = new Aftermath(this, dead);
        begun.perform();
        ended = null;
        aftermath = null;
    }

    /**
     * Whether a runner does not begin: there is none, or this call has claimed it, so that it never
     * will.
     */
    static boolean unsure(@Nullable Runner begun) {
        return begun == null || begun.claim();
    }

    /**
     * Launches a process to which that is owed, and records the runner so that {@link #pay} knows
     * whether it began.
     */
    @AnyThread
    final void launch(ProcessCell receiver) {
        var next = new Runner(receiver);
        launched = next;
        receiver.runtime.scheduler.start(receiver.threadName(), next);
    }
}
