/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import org.jspecify.annotations.Nullable;

/** The message handler of an actor. */
@FunctionalInterface
public interface Handling<S, M> {
    /** {@return the next state, or null to stop} */
    @Nullable S handle(S state, M message) throws InterruptedException;
}
