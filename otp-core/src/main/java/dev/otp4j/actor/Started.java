/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.Pid;
import java.util.function.Function;

/**
 * A process that was started and has finished its initialiser.
 *
 * <p>Counterpart: {@code gleam/otp/actor.Started}.
 *
 * @param pid the new process
 * @param data what the initialiser returned; for an actor by default its subject
 * @param <D> type of the data
 * @since 0.1.0
 */
public record Started<D>(Pid pid, D data) {
    /** {@return the same process with other data} */
    public <E> Started<E> map(Function<? super D, ? extends E> transform) {
        return new Started<>(pid, transform.apply(data));
    }
}
