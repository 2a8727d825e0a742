/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.Started;
import dev.otp4j.process.Pid;
import dev.otp4j.process.StartError;

/**
 * What came of {@link StaticSupervisor#tryRestartChild}.
 *
 * <p>Counterpart: the return values of {@code supervisor:restart_child/2}.
 *
 * @since 0.1.0
 */
public sealed interface RestartChildResult {
    /**
     * It runs again.
     *
     * @param started the new process and its data
     */
    record Ok(Started<?> started) implements RestartChildResult {}

    /** It declined to start and stays stopped. */
    record Ignored() implements RestartChildResult {}

    /**
     * It was running, and still is.
     *
     * @param pid its process
     */
    record Running(Pid pid) implements RestartChildResult {}

    /** The supervisor is restarting it by itself. */
    record Restarting() implements RestartChildResult {}

    /** There is no child of that id. */
    record NotFound() implements RestartChildResult {}

    /**
     * It could not be started and stays stopped.
     *
     * @param error why
     */
    record Failed(StartError error) implements RestartChildResult {}
}
