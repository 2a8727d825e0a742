/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.threads.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A timer that fires at its start plus any number of periods. It looks at the clock each time, so
 * that a late tick does not delay the next ones, and skips the ticks that it is too late for.
 *
 * <pre>
 * field      what it is                            written and read
 * job        what it sends; null once it ended     under the monitor
 * tick, in   the last tick, and the process that  under the monitor; that process writes whether it took the tick,
 *            it was sent to                        see Tick
 * due        when it fires next                    under the monitor
 * alarm      the scheduler's alarm                 under the monitor
 * </pre>
 *
 * <p>A tick is pushed under the monitor, so that none is sent after a cancel has returned; its
 * receiver is woken afterwards. No user code runs under the monitor, and no thread waits for
 * anything under it. A thread that holds the monitor may take the scheduler's lock, but no lock of
 * a cell or a name.
 */
final class PeriodicSend extends Timer {
    /** What is sent, and to which subject. */
    private record Job<M>(EngineSubject<M> subject, M message, @Nullable Noted noted) {
        @Nullable ProcessPort receiver() {
            return subject.receiver();
        }

        Tick tick(ProcessPort receiver) {
            return subject.tick(receiver, message, noted);
        }
    }

    private final long period;
    private final long start;

    /** The one process that the subject reaches, or null if it is looked up at each tick. */
    private final @Nullable ProcessPort receiver;

    /** The process that set the timer, or null. The timer also ends when this process ends. */
    private final @Nullable ProcessCell setter;

    private final Watch setterWatch = new Watch();

    private @Nullable Job<?> job;
    private @Nullable Tick tick;
    private @Nullable ProcessPort in;
    private long due;
    private Scheduler.@Nullable Alarm alarm;

    <M> PeriodicSend(
            Timers timers,
            long period,
            @Nullable ProcessCell setter,
            @Nullable ProcessPort receiver,
            EngineSubject<M> subject,
            M message,
            @Nullable Noted noted) {
        super(timers, receiver);
        this.period = period;
        this.start = timers.scheduler.nanoTime();
        this.setter = setter == receiver ? null : setter;
        this.receiver = receiver;
        this.job = new Job<>(subject, message, noted);
    }

    @Override
    synchronized void arm() {
        long now = timers.scheduler.nanoTime();
        long left = period - (now - start) % period;
        due = now + left;
        alarm = timers.scheduler.schedule(left, this::fire);
    }

    private void fire() {
        timers.debts.take(this::fire);
    }

    /** Pushes a tick; {@code debtor} pays when the monitor is free again. */
    private synchronized void fire(Debtor debtor) {
        Job<?> sent = job;
        if (sent == null || isVoid()) return; // void: the aftermath of its process stops it
        arm();
        ProcessPort to = receiver != null ? receiver : sent.receiver();
        if (to == null || isQueued(to)) return;
        Tick next = sent.tick(to);
        BoundedMailbox bounded = BoundedMailbox.of(to);
        if (bounded != null && !bounded.tryEnter()) {
            debtor.rest = () -> bounded.refused(to, next.item);
            return;
        }
        Owed owed = to.enqueue(next);
        if (bounded != null && owed == Owed.REFUSED) bounded.withdraw();
        debtor.owed = owed;
        debtor.creditor = to; // no call since the push: no error in between
        in = to;
        tick = next;
    }

    /** Whether the last tick is still queued at that process. */
    private boolean isQueued(ProcessPort now) {
        return in == now && tick != null && !tick.isTaken();
    }

    @Override
    long stop() {
        long left;
        synchronized (this) {
            if (job == null) return -1;
            job = null;
            tick = null;
            in = null;
            if (alarm != null) alarm.cancel();
            left = due - timers.scheduler.nanoTime();
        }
        letGo();
        return Math.max(0, left);
    }

    @Override
    boolean isVoid() {
        return super.isVoid() || setter != null && !setter.alive();
    }

    @Override
    void bind() {
        super.bind();
        bind(setter, setterWatch);
    }

    @Override
    void letGo() {
        super.letGo();
        if (setter != null) setter.unwatch(setterWatch);
    }

    @Override
    synchronized boolean hasEnded() {
        return job == null;
    }
}
