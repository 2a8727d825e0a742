/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A name that one process at a time may hold: the address that outlives a restart.
 *
 * {@snippet :
 * Name<Message> orders = Name.<Message>create("orders").holdingWhileVacant(1_000);
 * Actor.startingWith(() -> 0).onMessage(handler).named(orders).start();
 * orders.subject().send(new Add(5));
 * }
 *
 * <p>Every name is unique, also among names of one prefix. There is no registry: the name itself
 * holds its process. A name whose process is dead is vacant from that instant. While it is vacant,
 * a plain name fails its senders; a name that <em>holds</em> keeps their messages, and puts them,
 * in order, into the mailbox of the process that adopts it, before it points to that process. What
 * a process sends to its own name in its initialiser is not kept for a successor if that fails.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Name}; holding is an extension.
 *
 * @param <M> what can be sent to the name's subject
 * @since 0.1.0
 */
public final class Name<M> {
    /*
     * holder   written under the lock (register, unregister), and by whoever buries the holder (CAS to null);
     *          read by every sender (volatile). A holder that is dead counts as none.
     * receiver whom senders reach: the holder, but for a name that holds only after the holder's initialiser has finished;
     *          written and read as holder
     * vacancy  what holds now: as configured, or given up; written under the lock, read under the lock or before it
     *          (volatile). One that varies asks its supplier, which is another's code: never under the lock.
     * held     under the lock
     * home     the runtime of the last holder, before the first one that of the name: what is held and dropped is
     *          counted there; written under the lock, read by each thread that drops a message (volatile)
     * losses   under the lock; null until a message was dropped because the name held as many as it may
     *
     * A holding name keeps messages until its new process is ready, so that they outlive an initialiser that fails.
     *
     * The lock comes before a cell's lock. A message is pushed or held under it only by senders that saw no
     * live holder.
     */
    private static final VarHandle HOLDER;
    private static final VarHandle RECEIVER;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HOLDER = lookup.findVarHandle(Name.class, "holder", ProcessPort.class);
            RECEIVER = lookup.findVarHandle(Name.class, "receiver", ProcessPort.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ProcessRuntime runtime;
    private final String prefix;
    private final long number;
    private final @Nullable String key;
    private final NamedSubject<M> subject = new NamedSubject<>(this);
    private final Object lock = new Object();
    private final ArrayDeque<Envelope> held = new ArrayDeque<>();

    private volatile @Nullable ProcessPort holder;
    private volatile @Nullable ProcessPort receiver;
    private volatile Vacancy vacancy = Vacancy.failing();
    private Vacancy configured = Vacancy.failing();
    private @Nullable Losses losses;
    private volatile ProcessRuntime home;

    private Name(ProcessRuntime runtime, String prefix, @Nullable String key) {
        this.runtime = runtime;
        this.home = runtime;
        this.prefix = Arguments.notNull("prefix", prefix);
        this.key = key;
        this.number = runtime.nextSerial();
    }

    /** A new name, different from every other one. */
    public static <M> Name<M> create(String prefix) {
        return new Name<>(ProcessRuntime.current(), prefix, null);
    }

    /** A new name of a runtime; its delays run on that runtime's clock. */
    public static <M> Name<M> create(ProcessRuntime runtime, String prefix) {
        return new Name<>(runtime, prefix, null);
    }

    /** A new name with a key that stays the same from one start of the program to the next. */
    public static <M> Name<M> keyed(ProcessRuntime runtime, String prefix, String key) {
        return new Name<>(runtime, prefix, Arguments.notNull("key", key));
    }

    /** {@return the subject of this name; always the same one} */
    public Subject<M> subject() {
        return subject;
    }

    /** {@return the stable key, or null} */
    public @Nullable String key() {
        return key;
    }

    /** {@return the process that holds the name now, or null} */
    public @Nullable Pid pid() {
        return resolve();
    }

    /** Holds up to {@code limit} messages while the name has no process, calls included. */
    public Name<M> holdingWhileVacant(int limit) {
        whileVacant(Vacancy.holding(limit));
        return this;
    }

    /**
     * Says what becomes of messages while the name has no process. If they are no longer to be
     * held, those held now are dropped and counted, and the calls among them fail.
     *
     * @throws ProcessExit if the calling process has ended; nothing is changed
     */
    public void whileVacant(Vacancy now) {
        Arguments.notNull("now", now);
        checkCaller();
        change(now, true);
    }

    /**
     * Gives the name up until a process adopts it again: what is held is dropped and counted, calls
     * among it fail, and from now on senders fail with {@code why}. A supervisor does this to the
     * name of a child that it will not start again. Does nothing while a live process holds the
     * name.
     */
    public void abandon(String why) {
        checkCaller();
        giveUp(why);
    }

    /** {@link #abandon} by the runtime itself. */
    void giveUp(String why) {
        change(Vacancy.failing(Arguments.notNull("why", why)), false);
    }

    private static void checkCaller() {
        ProcessCell self = Current.process();
        if (self != null) self.checkAlive();
    }

    private void change(Vacancy now, boolean configure) {
        List<Envelope> dropped = List.of();
        long lost = 0;
        synchronized (lock) {
            if (configure) configured = now;
            else if (resolve() != null) return;
            vacancy = now;
            if (now instanceof Vacancy.Failing) {
                dropped = new ArrayList<>(held);
                held.clear();
                home.holdsNothing(this);
                lost = endOfLosses();
            }
        }
        if (!dropped.isEmpty()) {
            dropped.forEach(envelope -> drop(envelope, vacancyText()));
            warnOfDropped(dropped.size(), vacancyText());
        }
        tellLost(lost);
    }

    private void warnOfDropped(int count, String why) {
        home.warn("'%s' dropped the %d messages that it held: %s".formatted(this, count, why));
    }

    /**
     * {@link #abandon} because everything that runs in the runtime has ended, this name's process
     * with it. A vacancy that varies says itself what is next.
     *
     * @return drops what was held, which runs other code: to be run under no lock
     */
    Runnable abandonWithRuntime(String why) {
        List<Envelope> dropped;
        long lost;
        synchronized (lock) {
            if (resolve() != null) return () -> {};
            vacancy = configured instanceof Vacancy.Varying ? configured : Vacancy.failing(why);
            dropped = new ArrayList<>(held);
            held.clear();
            home.holdsNothing(this);
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
     * each. Never called under the lock: the log is not the engine's.
     */
    void lost(Object message) {
        Vacancy asked = asked();
        long now = runtime.nanoTime();
        long told;
        int limit;
        synchronized (lock) {
            if (losses == null) losses = new Losses();
            told = losses.add(now);
            limit = asked instanceof Vacancy.Holding holding ? holding.limit() : held.size();
        }
        if (told == 0) return;
        String type = message.getClass().getName();
        String count = told == 1 ? "a message" : told + " messages, the last";
        String text =
                "'%s' has no process and holds %d messages, which is its limit: it dropped %s of type %s, and drops all that follow until it has a process"
                        .formatted(this, limit, count, type);
        home.warn(text);
    }

    private void tellLost(long lost) {
        if (lost == 0) return;
        home.warn(
                "'%s' dropped %d messages while it had no process: it held as many as its limit allows"
                        .formatted(this, lost));
    }

    /** {@return how many messages are held for the next process} */
    public int heldCount() {
        synchronized (lock) {
            return held.size();
        }
    }

    private void drop(Envelope envelope, String why) {
        home.drop(DropReason.VACANT, envelope, this);
        if (envelope.reply != null) envelope.reply.complete(new ReplyCell.Failure.Vacant(why));
    }

    ProcessRuntime runtime() {
        return runtime;
    }

    /** Where what is dropped is counted. */
    ProcessRuntime home() {
        return home;
    }

    @Nullable ProcessPort resolve() {
        ProcessPort found = holder;
        return found != null && found.alive() ? found : null;
    }

    /** What keeps somebody from registering who has just found the name taken. */
    sealed interface Obstacle {
        /** Nothing any more: the holder has ended since. */
        record Ended() implements Obstacle {}

        /** A holder that is bound to end, because the parent whose exit it obeys has ended. */
        record Orphan(ProcessCell holder) implements Obstacle {}

        /** A holder that lives on. */
        record Holder() implements Obstacle {}
    }

    Obstacle obstacle() {
        ProcessPort found = resolve();
        if (found == null) return new Obstacle.Ended();
        if (found instanceof ProcessCell cell && cell.isOrphan()) return new Obstacle.Orphan(cell);
        // who ended while that was looked at has let go of its parent
        return found.alive() ? new Obstacle.Holder() : new Obstacle.Ended();
    }

    /** The live process that takes messages now, or null. */
    @Nullable ProcessPort receiver() {
        ProcessPort found = receiver;
        return found != null && found.alive() ? found : null;
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
        String held = "; " + heldCount() + " held for it";
        return next == null
                ? "the name is vacant until its process is started again" + held
                : "the initialiser of its new process " + next + " is running" + held;
    }

    /** A sender found no process: look again under the lock, then hold or refuse. */
    Subject.Sent vacant(
            Debtor debtor,
            @Nullable Vacancy asked,
            NamedSubject<M> to,
            Object message,
            @Nullable ReplyCell<?> reply) {
        synchronized (lock) {
            ProcessPort found = receiver();
            if (found != null) {
                if (reply != null) reply.aim(found);
                Owed owed = found.enqueue(to.node(found, message, reply));
                debtor.owed = owed;
                debtor.creditor = found; // no call since the push: no error in between
                if (owed != Owed.REFUSED) return Subject.Sent.SENT;
            }
            boolean varies = vacancy instanceof Vacancy.Varying && asked != null;
            Vacancy now = varies ? asked : vacancy;
            return hold(now, to, message, reply);
        }
    }

    private Subject.Sent hold(
            @Nullable Vacancy now,
            NamedSubject<M> to,
            Object message,
            @Nullable ReplyCell<?> reply) {
        if (!(now instanceof Vacancy.Holding holding)) return Subject.Sent.CLOSED;
        if (reply != null && holding.callRefusal() != null) return Subject.Sent.CLOSED;
        if (held.size() >= holding.limit()) held.removeIf(Envelope::callerLeft);
        if (held.size() >= holding.limit()) return Subject.Sent.FULL;
        if (reply != null) reply.aim(null);
        var envelope = new Envelope(message, to, reply, null);
        if (reply != null) reply.carriedBy(envelope);
        if (held.isEmpty()) home.holdsMessages(this);
        held.add(envelope);
        return Subject.Sent.SENT;
    }

    /** What came of an attempt to register. */
    enum Registration {
        DONE,
        TAKEN,
        HAS_NAME,
        DEAD
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
     * {@link #register} without the waking of those who are concerned. If it is done, the cell is
     * to be {@linkplain #admit admitted}.
     */
    Registration claim(ProcessCell cell) {
        synchronized (lock) {
            if (resolve() != null) return Registration.TAKEN;
            switch (cell.claimName(this)) {
                case DEAD -> {
                    return Registration.DEAD;
                }
                case HAS_NAME -> {
                    return Registration.HAS_NAME;
                }
                case CLAIMED -> {}
            }
            settleIn(cell.runtime);
            holder = cell;
            vacancy = configured;
            if (configured instanceof Vacancy.Failing) receiver = cell;
            else cell.runtime.holds(this);
        }
        return Registration.DONE;
    }

    /** Under the lock. */
    private void settleIn(ProcessRuntime holders) {
        if (home == holders) return;
        home.holdsNothing(this);
        home = holders;
        if (!held.isEmpty()) home.holdsMessages(this);
    }

    /** The holder is ready: what was held goes into its mailbox, then senders reach it. */
    void open(ProcessCell cell) {
        cell.runtime.debts().take(debtor -> admit(debtor, cell));
    }

    /**
     * {@link #open} in two steps: what was held is in the mailbox when this returns. What {@code
     * debtor} owes then, to be paid outside of any engine call, wakes the process and watches it
     * for callers.
     */
    void admit(Debtor debtor, ProcessCell cell) {
        List<ReplyCell<?>> callers = new ArrayList<>();
        var lost = new AtomicLong();
        debtor.rest =
                () -> {
                    tellLost(lost.getAndSet(0));
                    callers.forEach(ReplyCell::watchCallee);
                    if (!cell.alive()) vacate(cell);
                };
        synchronized (lock) {
            if (holder != cell || receiver == cell || !adoptHeld(debtor, cell, callers)) return;
            receiver = cell;
            lost.set(endOfLosses());
        }
    }

    /** Under the lock. False if the process has died: the rest stays for the next one. */
    private boolean adoptHeld(Debtor debtor, ProcessCell cell, List<ReplyCell<?>> callers) {
        if (held.isEmpty()) return true;
        for (Envelope next; (next = held.peek()) != null; held.remove()) {
            if (!next.callerLeft() && !deliver(next, debtor, cell, callers)) return false;
        }
        home.holdsNothing(this);
        return true;
    }

    /** False if the process has died: the message stays for the next one. */
    private static boolean deliver(
            Envelope held, Debtor debtor, ProcessCell to, List<ReplyCell<?>> callers) {
        if (held.reply != null) {
            held.reply.aim(to);
            callers.add(held.reply); // before the push: afterwards nothing may fail
        }
        Owed owed = to.enqueue(held);
        if (owed == Owed.REFUSED) {
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

    /** The holder is dead: let go of it. */
    void vacate(ProcessCell dead) {
        HOLDER.compareAndSet(this, dead, null);
        RECEIVER.compareAndSet(this, dead, null);
    }

    @Override
    public String toString() {
        return Objects.requireNonNullElse(key, prefix + "-" + number);
    }
}
