/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
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
     * The initialiser said that it cannot start, or the name was taken; the process ended {@code
     * normal}.
     *
     * @param message why
     */
    record Failed(String message) implements Startup {}

    /** The initialiser declined: there is nothing to do. The process ended {@code normal}. */
    record Ignored() implements Startup {}

    /**
     * The process ended in its initialiser.
     *
     * @param reason why
     */
    record Exited(ExitReason reason) implements Startup {}

    /**
     * The initialiser took too long; the process was unlinked and killed.
     *
     * @param limit the time it had
     */
    record TimedOut(Duration limit) implements Startup {}
}
