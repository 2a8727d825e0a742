/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;
import org.jspecify.annotations.Nullable;

/**
 * A further subject of a process, made by {@link Subject#create}. Its messages name the subject
 * that they were sent to.
 */
final class TaggedSubject<M> extends LocalSubject<M> {
    private final long tag;

    /** The subject with that tag, which is not zero. */
    TaggedSubject(ProcessPort owner, long tag) {
        super(owner);
        this.tag = tag;
    }

    @Override
    Node node(Object message, @Nullable Object note) {
        return new Envelope(message, this, null, note);
    }

    @Override
    Node request(Object message, ReplyCell reply, @Nullable Object note) {
        return new Envelope(message, this, reply, note);
    }

    @Override
    long tag() {
        return tag;
    }
}
