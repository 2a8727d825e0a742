/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

/** The address of one actor. */
@FunctionalInterface
public interface Address<M> {
    /** Sends a message to the actor; never waits for it. */
    void send(M message);

    /** {@return the engine's own address, without this wrapper} */
    default Object unwrapped() {
        return this;
    }
}
