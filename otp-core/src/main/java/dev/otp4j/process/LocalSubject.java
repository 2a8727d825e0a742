/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/** A subject bound to one process: the process's own subject, or a {@link TaggedSubject}. */
sealed class LocalSubject<M> extends EngineSubject<M> permits TaggedSubject {
    private final ProcessPort owner;

    LocalSubject(ProcessPort owner) {
        this.owner = owner;
    }

    @Override
    ProcessPort receiver() {
        return owner;
    }

    @Override
    boolean isOf(ProcessCell process) {
        return owner == process;
    }

    @Override
    ProcessPort bound() {
        return owner;
    }

    @Override
    Node node(
            @Nullable ProcessPort receiver,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        return reply == null ? node(message, note) : reply.carriedBy(request(message, reply, note));
    }

    /**
     * The node that carries a message to this subject. A bare node is for the process's own
     * subject.
     */
    Node node(Object message, @Nullable Object note) {
        return note == null ? new Node(message) : new Envelope(message, null, null, note);
    }

    /** The node that carries a request. */
    Node request(Object message, ReplyCell reply, @Nullable Object note) {
        return dropsExpired(owner) ? new Envelope(message, null, reply, note) : node(message, note);
    }

    @Override
    Sent vacant(
            Debtor debtor,
            @Nullable Vacancy asked,
            Object message,
            @Nullable ReplyCell reply,
            @Nullable Object note) {
        return Sent.CLOSED;
    }

    @Override
    @Nullable Vacancy vacancyNow() {
        return null;
    }

    @Override
    @Nullable String vacancy() {
        return null;
    }

    @Override
    String unheld() {
        return "it has ended";
    }

    @Override
    void dropped(Object message, Sent sent) {
        runtime().drop(DropReason.DEAD, new Node(message), owner);
    }

    @Override
    Engine runtime() {
        return owner instanceof ProcessCell cell ? cell.runtime : ProcessRuntime.current();
    }

    /** Zero for the process's own subject. */
    long tag() {
        return 0;
    }

    @Override
    public final Pid owner() {
        return owner;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof LocalSubject<?> that
                && that.owner.equals(owner)
                && that.tag() == tag();
    }

    @Override
    public final int hashCode() {
        return owner.hashCode() * 31 + Long.hashCode(tag());
    }

    @Override
    public final String toString() {
        return "Subject[" + owner + (tag() == 0 ? "]" : ", tag " + tag() + "]");
    }
}
