/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import dev.otp4j.internal.mailbox.Node;

/**
 * One of a process's further subjects, made by {@link Subject#create}. Its messages say for whom
 * they are.
 */
final class TaggedSubject<M> extends LocalSubject<M> {
    private final long tag;

    /** The subject with that tag, which is not zero. */
    TaggedSubject(ProcessPort owner, long tag) {
        super(owner);
        this.tag = tag;
    }

    @Override
    Node node(Object message) {
        return new Envelope(message, this, null, null);
    }

    @Override
    long tag() {
        return tag;
    }
}
