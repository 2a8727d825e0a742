/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import org.jspecify.annotations.Nullable;

/**
 * Receives the time that the handlers of a runtime's processes take; see {@link
 * ProcessRuntime.Builder#timing}.
 *
 * {@snippet :
 * var busy = new LongAdder();
 * HandlerTiming.Recorder recorder = (nanos, failed) -> busy.add(nanos);
 * ProcessRuntime.builder().timing(1, process -> recorder).build();
 * }
 *
 * <p>The runtime measures what {@link Behavior#handle} does with one message, a DOWN, or a trapped
 * exit that is not the parent's: of an actor {@code onMessage}, of a supervisor a request or the
 * end of a child. It does not measure initialisers, {@link Behavior#terminate}, system requests,
 * messages that no handler takes, and processes that run a body of their own. The time is that of
 * the runtime's clock, which is virtual in a {@link Simulation}.
 *
 * <p>Counterpart: none; {@code sys:statistics} counts messages.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface HandlerTiming {
    /**
     * {@return the recorder for a process's handlers, or null if they are not to be timed}
     * Processes of one kind may share one recorder.
     *
     * <p>Called once per process, in that process, when its initialiser has returned and its
     * starter still waits: must return at once and not block. If it throws, the exception is logged
     * and the process is not timed.
     *
     * @param process the process; it has its place in the tree and its parent already, if it will
     *     ever have them
     */
    @Nullable Recorder recorder(Pid process);

    /**
     * Receives the time that handlers took. If processes share it, several threads call it at once.
     */
    @FunctionalInterface
    interface Recorder {
        /**
         * A handler is about to get a message that is measured. Called in the process: must return
         * at once and not block. If it throws, the exception is logged and the process is not timed
         * any more. It may be called without {@link #handled} after it: for a message that no
         * handler takes. Does nothing by default.
         *
         * @param message the message, which must not be kept
         */
        default void begins(Object message) {}

        /**
         * A handler has returned or thrown. Called in the process, before its next message: must
         * return at once and not block. If it throws, the exception is logged and the process is
         * not timed any more.
         *
         * @param nanos the handler's time in nanoseconds, never negative. If all messages are
         *     measured, and nothing came between this handler and the last one on the same thread,
         *     it includes what the engine did in between: mostly some ten to some hundred
         *     nanoseconds
         * @param failed whether the handler threw, even if only because its process was ended from
         *     outside. A handler that asks for a stop has not failed
         */
        void handled(long nanos, boolean failed);

        /**
         * Says how long the message whose handler begins now has been queued, in a runtime that
         * notes this; see {@link ProcessRuntime.Builder#queueTiming}. By default does nothing. The
         * rules of {@link #handled} apply. Not called for a DOWN, an exit or a periodic message.
         *
         * @param nanos the time since the send in nanoseconds, never negative; of a message that a
         *     name held it includes that time
         */
        default void waited(long nanos) {}
    }
}
