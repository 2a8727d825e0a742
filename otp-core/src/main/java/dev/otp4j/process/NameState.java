/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.LimitedMailbox;
import dev.otp4j.internal.mailbox.Mailbox.Owed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which process holds a {@link Name}, and the messages that the name keeps while it has none.
 *
 * <pre>
 * holder   written under the lock (register, unregister), and by the thread that tells of its end (compare-and-set to
 *          null); read by every sender (volatile). A holder that is dead counts as none.
 * receiver the process that senders reach: the holder, but for a name that holds only after the holder's initialiser
 *          has finished; written and read as holder
 * vacancy  what holds now: as configured, or given up; written under the lock, read under the lock or before it
 *          (volatile). One that varies asks its supplier, which is code of the application: never under the lock.
 * held     under the lock; null while the name holds nothing, which is always so for most names
 * home     the runtime of the last holder, before the first one that of the name: what is held and dropped is counted
 *          there; written under the lock, read by each thread that drops a message (volatile)
 * expected what a supervisor has said of the next holder, or null; written under the lock, read by senders (volatile); void
 *          when the name is given up, its messages are dropped or its vacancy is changed
 * losses   under the lock; null until a message was dropped because the name held as many as it may
 * </pre>
 *
 * <p>A holding name keeps messages until its new process is ready, so that they outlive an
 * initialiser that fails. The lock comes before a cell's lock. A message is pushed or held under it
 * only by senders that saw no live holder.
 */
abstract class NameState {
    private static final VarHandle HOLDER;
    private static final VarHandle RECEIVER;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HOLDER = lookup.findVarHandle(NameState.class, "holder", ProcessPort.class);
            RECEIVER = lookup.findVarHandle(NameState.class, "receiver", ProcessPort.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Engine runtime;
    final Object lock = new Object();
    private @Nullable Hold held;

    /** What a name holds, and how much of it a dead process has left: that is beyond the limit. */
    private static final class Hold extends ArrayDeque<Envelope> {
        private static final long serialVersionUID = 1;

        private int beyond;

        Hold(int messages) {
            super(messages);
        }
    }

    private volatile @Nullable ProcessPort holder;
    private volatile @Nullable ProcessPort receiver;
    volatile Vacancy vacancy = Vacancy.failing();
    private Vacancy configured = Vacancy.failing();
    private volatile @Nullable ExpectedStart expected;
    private @Nullable Losses losses;
    private volatile Engine home;

    NameState(Engine runtime) {
        this.runtime = runtime;
        this.home = runtime;
    }

    /** What came of an attempt to register. */
    enum Registration {
        DONE,
        TAKEN,
        HAS_NAME,
        DEAD
    }

    // ---- its process

    @Nullable ProcessPort resolve() {
        ProcessPort found = holder;
        return found != null && found.alive() ? found : null;
    }

    /** The live process that takes messages now, or null. */
    @Nullable ProcessPort receiver() {
        ProcessPort found = receiver;
        return found != null && found.alive() ? found : null;
    }

    /**
     * Makes {@code cell} the holder. Senders reach it at once, or, if the name holds and the cell
     * is not ready yet, when it is {@link #open opened}.
     */
    Registration register(ProcessCell cell, boolean ready) {
        Registration done = claim(cell);
        if (done != Registration.DONE) return done;
        if (ready) open(cell);
        else if (!cell.alive()) vacate(cell);
        return done;
    }

    /**
     * {@link #register} without waking the processes that wait for it. After success the cell must
     * be {@linkplain #admit admitted}.
     */
    Registration claim(ProcessCell cell) {
        synchronized (lock) {
            if (resolve() != null || isBeingLeft()) return Registration.TAKEN;
            Registration claimed = cell.claimName(this);
            if (claimed != Registration.DONE) return claimed;
            settleIn(cell.runtime);
            holder = cell;
            expected = null;
            vacancy = configured;
            if (configured instanceof Vacancy.Failing) receiver = cell;
            else if (!isOnDemand()) cell.runtime.names.adopted(this);
        }
        return Registration.DONE;
    }

    /** Under the lock. */
    private void settleIn(Engine holders) {
        if (home == holders) return;
        home.names.holdsNothing(this);
        home = holders;
        if (held != null) home.names.holdsMessages(this);
    }

    /** The holder is ready: what was held goes into its mailbox, then senders reach it. */
    void open(ProcessCell cell) {
        cell.runtime.debts.take(debtor -> admit(debtor, cell));
    }

    /**
     * {@link #open} in two steps: what was held is in the mailbox when this returns. What {@code
     * debtor} owes then, to be paid outside of any engine call, wakes the process and watches it
     * for callers.
     */
    void admit(Debtor debtor, ProcessCell cell) {
        List<ReplyCell> callers = new ArrayList<>();
        var lost = new AtomicLong();
        debtor.rest =
                () -> {
                    tellLost(lost.getAndSet(0));
                    callers.forEach(ReplyCell::watchCallee);
                    if (!cell.alive()) vacate(cell);
                };
        synchronized (lock) {
            if (holder != cell || receiver == cell) return;
            Inbox inbox = cell.ownName() == this ? cell.inboxIfUsed() : null;
            if (inbox != null) inbox.open();
            if (!adoptHeld(debtor, cell, callers)) return;
            receiver = cell;
            lost.set(endOfLosses());
        }
    }

    /** Under the lock. False if the process has died: the rest stays for the next one. */
    private boolean adoptHeld(Debtor debtor, ProcessCell cell, List<ReplyCell> callers) {
        Hold hold = held;
        if (hold == null) return true;
        for (Envelope next; (next = hold.peek()) != null; ) {
            boolean forgotten = next.callerLeft() && !cell.dropsExpired(); // which counts them
            if (!forgotten && !deliver(next, debtor, cell, callers)) return false;
            hold.remove();
            if (next instanceof Envelope.Retained) hold.beyond--;
        }
        holdsNothing();
        return true;
    }

    /** False if the process has died: the message stays for the next one. */
    private static boolean deliver(
            Envelope held, Debtor debtor, ProcessCell to, List<ReplyCell> callers) {
        if (held.reply != null) {
            held.reply.aim(to);
            callers.add(held.reply); // before the push: afterwards nothing may fail
        }
        LimitedMailbox limited = to.mailbox instanceof LimitedMailbox own ? own : null;
        if (limited != null) limited.enterAnyway();
        Owed owed = to.enqueue(held);
        if (owed == Owed.REFUSED) {
            if (limited != null) limited.withdraw();
            if (held.reply != null) {
                held.reply.aim(null);
                callers.removeLast();
            }
            return false;
        }
        if (owed != Owed.NOTHING) { // one settlement serves all: nothing runs the process before it
            debtor.owed = owed;
            debtor.creditor = to;
        }
        return true;
    }

    /** Frees the name. False if it has no process. */
    boolean unregister() {
        synchronized (lock) {
            ProcessPort found = resolve();
            if (found == null) return false;
            if (found instanceof ProcessCell cell) cell.disclaimName(this);
            holder = null;
            receiver = null;
            return true;
        }
    }

    /** The holder is dead: let go of it, unless it is to leave its messages here first. */
    void vacate(ProcessCell dead) {
        if (dead.isLeaving()) return; // the thread that tells of its end calls this again
        HOLDER.compareAndSet(this, dead, null);
        RECEIVER.compareAndSet(this, dead, null);
    }

    /**
     * Whether the holder is dead and about to leave its messages here. Nothing can take the name
     * before that: a sender's messages would get out of order.
     */
    final boolean isBeingLeft() {
        return holder instanceof ProcessCell cell && !cell.alive() && cell.isLeaving();
    }

    /** What came of the messages that a dead process has left. */
    enum Kept {
        /** They wait for the next process. */
        KEPT,
        /** The name holds no messages. */
        NOT_HELD,
        /** The process did not hold the name at its end. */
        NOT_HOLDER
    }

    /**
     * Keeps the messages that a dead process has left for the next one, before those that are held
     * already, whose senders have found it dead. Callers wait for that process.
     *
     * @param asked what {@link #asked} has said
     */
    Kept keep(ProcessCell dead, List<Envelope.Retained> left, Vacancy asked) {
        synchronized (lock) {
            if (holder != dead) return Kept.NOT_HOLDER;
            Vacancy now = vacancy instanceof Vacancy.Varying ? asked : vacancy;
            if (!(now instanceof Vacancy.Holding holding)) return Kept.NOT_HELD;
            if (holding.callRefusal() != null) left.removeIf(envelope -> envelope.reply != null);
            if (left.isEmpty()) return Kept.KEPT;
            Hold before = held;
            var all = new Hold(left.size() + (before == null ? 0 : before.size()) + 1);
            all.addAll(left);
            if (before != null) all.addAll(before);
            all.beyond = left.size() + (before == null ? 0 : before.beyond);
            home.names.holdsMessages(this);
            for (Envelope envelope : left) {
                if (envelope.reply != null) dead.letGo(envelope.reply);
            }
            held = all; // no call from here on: an error would have it done twice
            return Kept.KEPT;
        }
    }

    /** Under the lock. Removes what is held and matches. */
    private void removeHeld(Predicate<? super Envelope> gone) {
        Hold hold = held;
        if (hold == null || !hold.removeIf(gone)) return;
        int left = 0;
        for (Envelope envelope : hold) {
            if (envelope instanceof Envelope.Retained) left++;
        }
        hold.beyond = left;
    }

    /** Why a process that has just found the name taken cannot register. */
    sealed interface Obstacle {
        /** Nothing any more: the holder has ended since. */
        record Ended() implements Obstacle {}

        /** A holder that is about to end, because its parent has ended and it obeys that exit. */
        record Orphan(ProcessCell holder) implements Obstacle {}

        /** A holder that lives on. */
        record Holder() implements Obstacle {}
    }

    Obstacle obstacle() {
        ProcessPort found = resolve();
        if (found == null) return new Obstacle.Ended();
        if (found instanceof ProcessCell cell && cell.isOrphan()) return new Obstacle.Orphan(cell);
        // a process that ended meanwhile has let go of its parent
        return found.alive() ? new Obstacle.Holder() : new Obstacle.Ended();
    }

    /** Whether a supervisor starts its process when a message needs it, and gives it up itself. */
    boolean isOnDemand() {
        return false;
    }

    /**
     * The name holds messages that a dead process has left. If it is on demand, its supervisor is
     * told, which may have looked before. Called under no lock, and outside of any process.
     */
    void demanded() {}

    // ---- its vacancy

    /** {@link Name#dropHeld}. */
    final void discard(String why) {
        List<Envelope> dropped;
        long lost;
        synchronized (lock) {
            expected = null;
            dropped = takeHeld();
            lost = endOfLosses();
        }
        dropped.forEach(envelope -> drop(envelope, why));
        if (!dropped.isEmpty()) warnOfDropped(dropped.size(), why);
        tellLost(lost);
    }

    /** Whether it fails its senders while it is vacant, and always did so to its processes. */
    final boolean neverHolds() {
        synchronized (lock) {
            return configured instanceof Vacancy.Failing && !home.names.hasAdopted(this);
        }
    }

    /** {@link Name#abandon} by the runtime itself. */
    void giveUp(String why) {
        if (change(Vacancy.failing(Arguments.notNull("why", why)), false)) givenUp(why);
    }

    /** Senders fail with {@code why} from now on. Called under no lock. */
    void givenUp(String why) {}

    /** False if nothing was changed because a live process holds the name. */
    boolean change(Vacancy now, boolean configure) {
        List<Envelope> dropped = List.of();
        long lost = 0;
        synchronized (lock) {
            if (configure) configured = now;
            else if (resolve() != null) return false;
            vacancy = now;
            expected = null;
            if (now instanceof Vacancy.Failing) {
                dropped = takeHeld();
                lost = endOfLosses();
            }
        }
        if (!dropped.isEmpty()) {
            dropped.forEach(envelope -> drop(envelope, vacancyText()));
            warnOfDropped(dropped.size(), vacancyText());
        }
        tellLost(lost);
        return true;
    }

    private void warnOfDropped(int count, String why) {
        home.warn("'%s' dropped the %d messages that it held: %s".formatted(this, count, why));
    }

    /**
     * {@link Name#abandon} because everything that runs in the runtime has ended, this name's
     * process with it. A vacancy that varies says itself what is next.
     *
     * @return drops what was held, which runs other code: to be run under no lock
     */
    Runnable abandonWithRuntime(String why) {
        List<Envelope> dropped;
        long lost;
        synchronized (lock) {
            if (resolve() != null) return () -> {};
            expected = null;
            vacancy = configured instanceof Vacancy.Varying ? configured : Vacancy.failing(why);
            dropped = takeHeld();
            lost = endOfLosses();
        }
        return () -> {
            dropped.forEach(envelope -> drop(envelope, why));
            if (!dropped.isEmpty()) warnOfDropped(dropped.size(), why);
            tellLost(lost);
        };
    }

    /** Under the lock. How many messages the log is still to be told of. */
    private long endOfLosses() {
        return losses == null ? 0 : losses.end();
    }

    /**
     * A message was dropped because this name holds as many as it may: the log is told, but not of
     * every single one. Never called under the lock: the log is not the engine's.
     */
    void lost(Object message) {
        Vacancy asked = asked();
        long now = runtime.scheduler.nanoTime();
        long told;
        int limit;
        synchronized (lock) {
            limit = limit(asked);
            if (losses == null) losses = new Losses();
            losses.limit(limit);
            told = losses.add(now);
        }
        if (told == 0) return;
        String type = message.getClass().getName();
        String count = told == 1 ? "a message" : told + " messages, the last";
        String text =
                "'%s' has no process and holds %d messages, which is its limit: it dropped %s of type %s, and will drop further messages until it has a process"
                        .formatted(this, limit, count, type);
        home.warn(text);
    }

    private void tellLost(long lost) {
        if (lost == 0) return;
        int limit;
        synchronized (lock) {
            limit = losses == null ? 0 : losses.limit();
        }
        home.warn(
                "'%s' dropped %d messages while it had no process: it held %d messages, which is its limit"
                        .formatted(this, lost, limit));
    }

    /** How many messages it holds at most. Never called under the lock; see {@link #asked}. */
    final int limit() {
        return limit(asked());
    }

    private int limit(Vacancy asked) {
        return asked instanceof Vacancy.Holding holding ? holding.limit() : heldNow();
    }

    private void drop(Envelope envelope, String why) {
        drop(envelope, new ReplyCell.Failure.Vacant(why));
    }

    private void drop(Envelope envelope, ReplyCell.Failure failure) {
        home.drop(DropReason.VACANT, envelope, this);
        if (envelope.reply != null) envelope.reply.complete(failure);
    }

    // ---- its next process

    /**
     * A supervisor starts the next process later. If calls are not to wait for it, those that are
     * held fail now. Does nothing if the name has a process.
     */
    void expect(ExpectedStart start) {
        var refused = new ArrayList<Envelope>();
        synchronized (lock) {
            if (resolve() != null) return;
            expected = start;
            if (!start.refusesCalls() || held == null) return;
            removeHeld(envelope -> envelope.reply != null && refused.add(envelope));
            if (held.isEmpty()) holdsNothing();
        }
        var failure = new ReplyCell.Failure.Restarting(start);
        refused.forEach(envelope -> drop(envelope, failure));
    }

    /** Whether calls fail until the next process starts. */
    final boolean refusesCalls() {
        ExpectedStart start = expected;
        return start != null && start.refusesCalls();
    }

    /** Why a call fails until the next process starts, or null if it does not. */
    final @Nullable CallException refusal() {
        ExpectedStart start = expected;
        if (start == null || !start.refusesCalls()) return null;
        return start.refusal(this, home.scheduler.nanoTime());
    }

    /** Where what is dropped is counted. */
    Engine home() {
        return home;
    }

    String vacancyText() {
        Vacancy now = asked();
        if (now instanceof Vacancy.Failing(String why) && why != null) return why;
        if (now instanceof Vacancy.Holding(int limit, var why) && why != null) return why.get();
        return "no process is registered under " + this;
    }

    Vacancy asked() {
        Vacancy found = vacancy;
        return found instanceof Vacancy.Varying(var now) ? now.get() : found;
    }

    /** Why a call that was held got no reply. */
    String describeVacancy() {
        ProcessPort next = resolve();
        String held = "; " + heldNow() + " held for it";
        return next == null
                ? "the name is vacant until its process is started again" + due() + held
                : "the initialiser of its new process " + next + " is running" + held;
    }

    private String due() {
        ExpectedStart start = expected;
        if (start == null) return "";
        return " in %s, attempt %d"
                .formatted(start.dueIn(home.scheduler.nanoTime()), start.attempt());
    }

    final int heldNow() {
        synchronized (lock) {
            return held == null ? 0 : held.size();
        }
    }

    // ---- what it holds, under the lock

    /**
     * Whether one more message would be more than {@code limit}; forgets callers that have left.
     */
    final boolean isFull(int limit) {
        Hold hold = held;
        if (hold == null || hold.size() - hold.beyond < limit) return false;
        removeHeld(Envelope::callerLeft);
        return hold.size() - hold.beyond >= limit;
    }

    /** The next process gets it, after those that are held already. */
    final void keep(Envelope envelope) {
        Hold kept = held == null ? new Hold(16) : held;
        if (kept.isEmpty()) home.names.holdsMessages(this);
        kept.add(envelope);
        held = kept;
    }

    /** Whether there is a place for what it holds, though it may hold nothing. */
    final boolean hasHoldingPlace() {
        synchronized (lock) {
            return held != null;
        }
    }

    private List<Envelope> takeHeld() {
        if (held == null) return List.of();
        List<Envelope> taken = new ArrayList<>(held);
        holdsNothing();
        return taken;
    }

    private void holdsNothing() {
        held = null;
        home.names.holdsNothing(this);
    }
}
