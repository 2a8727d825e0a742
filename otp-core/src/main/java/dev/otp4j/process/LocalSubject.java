/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * A subject bound to one process. Tag 0 is the process's own subject, others are made by {@link
 * Subject#create}.
 */
final class LocalSubject<M> extends EngineSubject<M> {
    private final ProcessPort owner;
    private final long tag;

    LocalSubject(ProcessPort owner, long tag) {
        this.owner = owner;
        this.tag = tag;
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
    Node node(@Nullable ProcessPort receiver, Object message, @Nullable ReplyCell<?> reply) {
        Node node = tag == 0 ? new Node(message) : new Envelope(message, this, null, null);
        return reply == null ? node : reply.carriedBy(node);
    }

    @Override
    Pushed vacant(Object message, @Nullable ReplyCell<?> reply) {
        return Pushed.CLOSED;
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
    ProcessRuntime runtime() {
        return owner instanceof ProcessCell cell ? cell.runtime : ProcessRuntime.current();
    }

    long tag() {
        return tag;
    }

    @Override
    public Pid owner() {
        return owner;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LocalSubject<?> that && that.owner.equals(owner) && that.tag == tag;
    }

    @Override
    public int hashCode() {
        return owner.hashCode() * 31 + Long.hashCode(tag);
    }

    @Override
    public String toString() {
        return "Subject[" + owner + (tag == 0 ? "]" : ", tag " + tag + "]");
    }
}
