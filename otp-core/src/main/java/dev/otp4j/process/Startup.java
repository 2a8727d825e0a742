/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * What came of {@link Behavior#start}.
 *
 * {@snippet :
 * Pid printer = switch (Behavior.start(new Printer(), ProcessOptions.defaults())) {
 *     case Startup.Running running -> running.pid();
 *     case Startup other -> throw new IllegalStateException("no printer: " + other);
 * };
 * }
 *
 * <p>For behaviours, the kinds of process that a library builds on this package, not for everyday
 * use: the start of an actor yields a {@code dev.otp4j.actor.StartResult}.
 *
 * <p>Whatever error is returned, the failed process is dead and its name is free already.
 *
 * <p>Counterpart: the return values of {@code proc_lib:start_link/5}.
 *
 * @since 0.1.0
 */
public sealed interface Startup {
    /**
     * The initialiser finished.
     *
     * @param pid the new process
     * @param data what {@link Behavior#init} returned
     */
    record Running(Pid pid, @Nullable Object data) implements Startup {}

    /**
     * The process does not run.
     *
     * @param error why
     */
    record NotStarted(StartError error) implements Startup {}
}
