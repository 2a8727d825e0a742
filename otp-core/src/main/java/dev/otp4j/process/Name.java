/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Node;
import dev.otp4j.internal.user.UserCode;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A name that one process at a time may hold: the address that outlives a restart.
 *
 * {@snippet :
 * Name<Message> orders = Name.create("orders", Vacancy.holding(1_000));
 * Actor.startingWith(() -> 0).onMessage(handler).named(orders).start();
 * orders.subject().send(new Add(5));
 * }
 *
 * <p>Every name is unique, also among names of one prefix. There is no registry: the name itself
 * holds its process. A name becomes vacant at the instant at which its process dies. While it is
 * vacant, a plain name fails its senders; a name that <em>holds</em> keeps their messages, and puts
 * them, in order, into the mailbox of the process that adopts it, before it points to that process.
 * If an initialiser fails, messages that it sent to its own name are not kept for the successor.
 *
 * <p>Counterpart: {@code gleam/erlang/process.Name}; holding is an extension.
 *
 * @param <M> what can be sent to the name's subject
 * @since 0.1.0
 */
public final class Name<M> extends NameState {
    /**
     * Has the text of the name: a stable key, which is a text; or what starts the name's process, a
     * {@link Demand}; or a {@link Numbered}, perhaps {@link Told}.
     */
    private final Object text;

    private final NamedSubject<M> subject = new NamedSubject<>(this);

    private Name(Engine runtime, Object text) {
        super(runtime);
        this.text = text;
    }

    /** The text of a name that has nothing else. */
    private record Numbered(String prefix, long number) {
        static Numbered next(Engine runtime, String prefix) {
            return new Numbered(Arguments.notNull("prefix", prefix), runtime.nextSerial());
        }

        @Override
        public String toString() {
            return prefix + "-" + number;
        }
    }

    /** The text of a name, and what is told when the name is given up. */
    private record Told(Numbered text, Consumer<String> whenGivenUp) {
        @Override
        public String toString() {
            return text.toString();
        }
    }

    /** A new name, different from every other one. */
    public static <M> Name<M> create(String prefix) {
        return create(ProcessRuntime.current(), prefix);
    }

    /** A new name of a runtime; its delays run on that runtime's clock. */
    public static <M> Name<M> create(ProcessRuntime runtime, String prefix) {
        return new Name<>(runtime, Numbered.next(runtime, prefix));
    }

    /**
     * A new name; {@code vacancy} decides what happens to messages while it has no process.
     *
     * @param vacancy for instance {@code Vacancy.holding(1_000)}; {@link #whileVacant} changes it
     */
    public static <M> Name<M> create(String prefix, Vacancy vacancy) {
        return create(ProcessRuntime.current(), prefix, vacancy);
    }

    /** {@link #create(String, Vacancy)} for a runtime; its delays run on that runtime's clock. */
    public static <M> Name<M> create(ProcessRuntime runtime, String prefix, Vacancy vacancy) {
        Name<M> name = create(runtime, prefix);
        name.whileVacant(vacancy);
        return name;
    }

    /**
     * A new name that says when it is {@linkplain #abandon given up}. For supervisors, whose
     * requests others may hold back.
     *
     * @param whenGivenUp is told why, by the thread that gives the name up, after what the name had
     *     held was dropped; must return at once and must not throw
     */
    public static <M> Name<M> create(
            ProcessRuntime runtime, String prefix, Vacancy vacancy, Consumer<String> whenGivenUp) {
        Arguments.notNull("whenGivenUp", whenGivenUp);
        Name<M> name = new Name<>(runtime, new Told(Numbered.next(runtime, prefix), whenGivenUp));
        name.whileVacant(vacancy);
        return name;
    }

    /** A new name with a key that stays the same from one start of the program to the next. */
    public static <M> Name<M> keyed(ProcessRuntime runtime, String prefix, String key) {
        Arguments.notNull("prefix", prefix);
        runtime.nextSerial();
        return new Name<>(runtime, Arguments.notNull("key", key));
    }

    /**
     * A new name whose process is started when a message needs it: {@code demand} is run each time
     * the name has held a message. For supervisors; a {@code KeyedFactory} makes such names.
     *
     * @param vacancy what happens to messages while it has no process, as in {@link #create}; the
     *     owner of the name is to give it up when its process will not be started any more
     */
    public static <M> Name<M> onDemand(ProcessRuntime runtime, Demand demand, Vacancy vacancy) {
        Name<M> name = new Name<>(runtime, Arguments.notNull("demand", demand));
        name.change(Arguments.notNull("vacancy", vacancy), true);
        return name;
    }

    /** {@return the subject of this name; always the same one} */
    public Subject<M> subject() {
        return subject;
    }

    /** {@return the stable key, if the name has one} */
    public Optional<String> key() {
        return text instanceof String key ? Optional.of(key) : Optional.empty();
    }

    /** {@return the live process that holds the name now} */
    public Optional<Pid> pid() {
        return Optional.ofNullable(resolve());
    }

    /**
     * Changes what happens to messages while the name has no process. If they are no longer to be
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

    /**
     * Drops and counts what is held; calls among it fail with {@code why}. What comes afterwards is
     * held again.
     */
    public void dropHeld(String why) {
        checkCaller();
        discard(Arguments.notNull("why", why));
    }

    @Override
    boolean isOnDemand() {
        return text instanceof Demand;
    }

    /** What starts its process, if the name was made with that. */
    Optional<Demand> demand() {
        return text instanceof Demand demand ? Optional.of(demand) : Optional.empty();
    }

    @Override
    void givenUp(String why) {
        if (text instanceof Told told) Current.outside(() -> told.whenGivenUp().accept(why));
    }

    @Override
    void demanded() {
        if (text instanceof Demand demand) runtime.debts.take(debtor -> debtor.rest = demand);
    }

    private static void checkCaller() {
        ProcessCell self = Current.process();
        if (self != null) self.checkAlive();
    }

    /** {@return how many messages are held for the next process} */
    public int heldCount() {
        return heldNow();
    }

    /**
     * Sends a message that was parked, even beyond a limit. False if there is no process, and the
     * name does not hold the message.
     *
     * @throws ProcessExit if the current process has ended
     */
    boolean sendAgain(Object message, @Nullable Object note) {
        return subject.push(Current.process(), message, null, note) == Subject.Sent.SENT;
    }

    /** A sender found no process: look again under the lock, then hold or refuse. */
    Subject.Sent vacant(
            Debtor debtor,
            @Nullable Vacancy asked,
            NamedSubject<M> to,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        synchronized (lock) {
            ProcessPort found = receiver();
            if (found != null) {
                if (reply != null) reply.aim(found);
                Node node = to.node(found, message, reply, note);
                BoundedMailbox bounded = BoundedMailbox.of(found);
                if (bounded != null) bounded.enterAnyway(); // a sender must not wait under the lock
                Owed owed = found.enqueue(node);
                debtor.owed = owed;
                debtor.creditor = found; // no call since the push: no error in between
                if (owed != Owed.REFUSED) return Subject.Sent.SENT;
                if (bounded != null) bounded.withdraw();
            }
            boolean varies = vacancy instanceof Vacancy.Varying && asked != null;
            Vacancy now = varies ? asked : vacancy;
            Runnable wanted = text instanceof Demand demand ? () -> Current.outside(demand) : null;
            Subject.Sent sent = hold(now, to, message, reply, note);
            if (sent == Subject.Sent.SENT) debtor.rest = wanted; // no call since it was held
            return sent;
        }
    }

    private Subject.Sent hold(
            @Nullable Vacancy now,
            NamedSubject<M> to,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        if (reply != null && refusesCalls()) return Subject.Sent.CLOSED;
        if (!(now instanceof Vacancy.Holding holding)) return Subject.Sent.CLOSED;
        if (reply != null && holding.callRefusal() != null) return Subject.Sent.CLOSED;
        if (isFull(holding.limit())) return Subject.Sent.FULL;
        if (reply != null) reply.aim(null);
        var envelope = new Envelope(message, to, reply, note);
        if (reply != null) reply.carriedBy(envelope);
        keep(envelope);
        return Subject.Sent.SENT;
    }

    @Override
    public String toString() {
        return UserCode.text(text);
    }
}
