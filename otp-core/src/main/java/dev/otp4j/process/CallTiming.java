/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * Receives the time that calls take; see {@link ProcessRuntime.Builder#callTiming}.
 *
 * {@snippet :
 * var waited = new LongAdder();
 * ProcessRuntime.builder().callTiming((callee, nanos, failed) -> waited.add(nanos)).build();
 * }
 *
 * <p>The time is measured on the caller's side, from the send of the request until the caller has
 * its reply or knows of the failure, in the runtime of the callee and by its clock, which is
 * virtual in a {@link Simulation}. Calls that reached no process, such as a call of a name that has
 * none, are not measured; {@link ProcessListener#callFailed} tells of them.
 *
 * <p>Counterpart: none.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CallTiming {
    /**
     * A call has ended. Called in the caller's thread, of an asynchronous call on the thread that
     * completes its future: must return at once and not block. Several threads call it at once. If
     * it throws, the exception is logged and no call of the runtime is timed any more.
     *
     * @param callee the process that was called; it may have ended meanwhile
     * @param nanos the time in nanoseconds, never negative
     * @param failed whether the caller got no reply; a failure with which the callee replies
     *     ({@link ReplyTo#fail}) is a reply
     */
    void called(Pid callee, long nanos, boolean failed);
}
