/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.StartError;

/**
 * What came of a start: the value form of {@link Started} or {@link StartException}.
 *
 * <p>Counterpart: {@code gleam/otp/actor.StartResult}.
 *
 * @param <D> type of the data
 * @since 0.1.0
 */
public sealed interface StartResult<D> {
    /**
     * It runs.
     *
     * @param started the process and its data
     */
    record Ok<D>(Started<D> started) implements StartResult<D> {}

    /**
     * It does not.
     *
     * @param error why
     */
    record Failed<D>(StartError error) implements StartResult<D> {}

    /**
     * {@return the started process}
     *
     * @throws StartException if it was not started
     */
    default Started<D> orThrow() {
        return switch (this) {
            case Ok<D>(Started<D> started) -> started;
            case Failed<D>(StartError error) -> throw new StartException(error);
        };
    }
}
