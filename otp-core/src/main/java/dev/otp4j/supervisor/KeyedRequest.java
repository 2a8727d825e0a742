/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.process.Subject;

/** What the handle of a keyed factory and the names of its keys ask it. */
sealed interface KeyedRequest<K, M> {
    /** The record of the key. */
    KeyedChild<K, M> child();

    /** The name of a key holds a message and has no process. */
    record Wanted<K, M>(KeyedChild<K, M> child) implements KeyedRequest<K, M> {}

    /**
     * A caller waits until the key has a process.
     *
     * @param afresh whether a key that is left down gets a new try
     */
    record Start<K, M>(
            KeyedChild<K, M> child, boolean afresh, Subject<StartResult<Subject<M>>> replyTo)
            implements KeyedRequest<K, M> {}

    /** A caller waits until the key has no process. */
    record Stop<K, M>(KeyedChild<K, M> child, Subject<Boolean> replyTo)
            implements KeyedRequest<K, M> {}
}
