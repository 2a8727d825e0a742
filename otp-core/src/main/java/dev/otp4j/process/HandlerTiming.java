/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * Is told how long the handlers of a runtime's processes take; given to {@link
 * ProcessRuntime.Builder#timing}.
 *
 * {@snippet :
 * var busy = new LongAdder();
 * HandlerTiming.Recorder recorder = (nanos, failed) -> busy.add(nanos);
 * ProcessRuntime.builder().timing(1, process -> recorder).build();
 * }
 *
 * <p>Measured is what {@link Behavior#handle} does with one message, a DOWN, or a trapped exit that
 * is not the parent's: of an actor {@code onMessage}, of a supervisor a request or the end of a
 * child. Not measured: initialisers, {@link Behavior#terminate}, system requests, what no handler
 * takes, and processes that are a body of their own. Time is the runtime's, in a {@link Simulation}
 * virtual.
 *
 * <p>Counterpart: none; {@code sys:statistics} counts messages.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HandlerTiming {
    /**
     * {@return who is told of a process's handlers, or null if they are not to be timed} Processes
     * of one kind may share one recorder.
     *
     * <p>Called once per process, in it, when its initialiser has returned and its starter still
     * waits: must return at once and not block. What it throws is logged, and the process is not
     * timed.
     *
     * @param process has a place in its tree and a parent already, if it will ever have them
     */
    @Nullable Recorder recorder(Pid process);

    /** Is told how long handlers took. Used by several threads at once if processes share it. */
    @FunctionalInterface
    interface Recorder {
        /**
         * A handler has taken so long. Called in the process, before its next message: must return
         * at once and not block. What it throws is logged, and that process is not timed any more.
         *
         * @param nanos its time in nanoseconds, never negative. If all messages are measured it
         *     includes what the engine did since the last handler on the same thread if nothing
         *     else came in between: mostly some ten to some hundred nanoseconds
         * @param failed whether the handler threw, be it only because its process was ended from
         *     outside. A handler that asks for a stop has not failed
         */
        void handled(long nanos, boolean failed);
    }
}
