/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

import dev.otp4j.actor.StartException;
import dev.otp4j.supervisor.KeyedFactory;
import java.util.Optional;

/**
 * An operation on a key of a keyed factory.
 *
 * @param factory the factory
 * @param key the key; empty if the factory has no such child any more
 */
record KeyOperation<K>(KeyedFactory<K, ?> factory, Optional<K> key) {
    private static final Outcome GONE = Outcome.failed("its factory has no such key any more");

    /** The operation on the child that has that name in the tree. */
    static <K> KeyOperation<K> of(KeyedFactory<K, ?> factory, String name) {
        return new KeyOperation<>(factory, factory.keyOf(name));
    }

    /** Starts a key that was stopped or is left down; its failures so far do not count any more. */
    Outcome start(String done) {
        if (key.isEmpty()) return GONE;
        try {
            factory.restart(key.get());
            return Outcome.done(done);
        } catch (StartException failed) {
            return Outcome.failed("it could not be started: " + Operation.why(failed.error()));
        }
    }

    /** Stops a key and starts it again. */
    Outcome restart() {
        if (key.isEmpty()) return GONE;
        factory.stop(key.get());
        return start("stopped and started again");
    }

    Outcome stop() {
        if (key.isEmpty()) return GONE;
        factory.stop(key.get());
        return Outcome.done("stopped; its next message starts it");
    }
}
