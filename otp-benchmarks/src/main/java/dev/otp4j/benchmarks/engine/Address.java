/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

/** Where messages to one actor go. */
@FunctionalInterface
public interface Address<M> {
    /** Sends a message; never waits for the receiver. */
    void send(M message);

    /** {@return the engine's own address; without this wrapper} */
    default Object unwrapped() {
        return this;
    }
}
