/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The subject of a name. Each send looks up the process that holds the name. There is one per name.
 */
final class NamedSubject<M> extends EngineSubject<M> {
    private final Name<M> name;

    NamedSubject(Name<M> name) {
        this.name = name;
    }

    /**
     * The receiver of a send now, or null. While the holder's initialiser runs the name holds
     * messages back, but the holder's own sends reach it at once: they belong to this life of the
     * holder, and are lost if its initialiser fails.
     */
    @Override
    @Nullable ProcessPort receiver() {
        ProcessPort found = name.receiver();
        if (found != null) return found;
        ProcessCell self = Current.process();
        return self != null && isOf(self) ? self : null;
    }

    @Override
    boolean isOf(ProcessCell process) {
        return name.resolve() == process;
    }

    @Override
    @Nullable ProcessPort bound() {
        return null;
    }

    @Override
    Node node(
            @Nullable ProcessPort receiver,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        boolean own = receiver instanceof ProcessCell cell && cell.ownName() == name;
        Object to = own ? null : this;
        if (reply == null) {
            return own && note == null ? new Node(message) : new Envelope(message, to, null, note);
        }
        boolean bare = own && note == null && !dropsExpired(receiver) && !isRetained(receiver);
        return reply.carriedBy(bare ? new Node(message) : new Envelope(message, to, reply, note));
    }

    /** Whether a process may leave a request to the next one, which has to know its caller then. */
    private static boolean isRetained(@Nullable ProcessPort receiver) {
        return receiver instanceof ProcessCell cell && cell.retention() != null;
    }

    @Override
    Sent vacant(
            Debtor debtor,
            @Nullable Vacancy asked,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        return name.vacant(debtor, asked, this, message, reply, note);
    }

    @Override
    Vacancy vacancyNow() {
        return name.asked();
    }

    @Override
    String vacancy() {
        return name.vacancyText();
    }

    @Override
    @Nullable CallException refusal() {
        return name.refusal();
    }

    @Override
    String unheld() {
        return name.describeVacancy();
    }

    @Override
    void dropped(Object message, Sent sent) {
        DropReason reason = sent == Sent.FULL ? DropReason.FULL : DropReason.VACANT;
        name.home().drop(reason, new Node(message), name);
        if (reason == DropReason.FULL) name.lost(message);
    }

    @Override
    NameState nameState() {
        return name;
    }

    @Override
    Engine runtime() {
        return name.runtime;
    }

    @Override
    public Pid owner() {
        ProcessPort owner = name.resolve();
        if (owner == null) throw new NotRegisteredException(name.vacancyText());
        return owner;
    }

    @Override
    public Optional<Name<M>> name() {
        return Optional.of(name);
    }

    Name<M> ofName() {
        return name;
    }

    @Override
    public String toString() {
        return "Subject[" + name + "]";
    }
}
