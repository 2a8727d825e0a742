/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.Started;
import dev.otp4j.process.Pid;
import dev.otp4j.process.StartError;

/**
 * What came of {@link StaticSupervisor#tryStartChild}.
 *
 * <p>Counterpart: the return values of {@code supervisor:start_child/2}.
 *
 * @param <D> what starting the child yields
 * @since 0.1.0
 */
public sealed interface StartChildResult<D> {
    /**
     * It runs, as the last in start order.
     *
     * @param started the process and its data
     */
    record Ok<D>(Started<D> started) implements StartChildResult<D> {}

    /** It declined to start. Its specification is kept without a process, unless temporary. */
    record Ignored<D>() implements StartChildResult<D> {}

    /**
     * There is a child of that id, and it runs.
     *
     * @param pid its process
     */
    record AlreadyStarted<D>(Pid pid) implements StartChildResult<D> {}

    /** There is a child of that id without a process: it is stopped, or is being restarted. */
    record AlreadyPresent<D>() implements StartChildResult<D> {}

    /**
     * It could not be started; its specification is not kept.
     *
     * @param error why
     */
    record Failed<D>(StartError error) implements StartChildResult<D> {}
}
