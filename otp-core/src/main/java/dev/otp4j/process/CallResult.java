/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

/**
 * What came of a call, as a value.
 *
 * {@snippet :
 * return switch (stock.<Integer>tryCall(Duration.ofSeconds(1), Get::new)) {
 *     case CallResult.Replied(Integer pieces) -> pieces;
 *     case CallResult.Failed(CallException.TimedOut late) -> cached(late);
 *     case CallResult.Failed(CallException.CalleeDown down) -> gone(down.reason());
 *     case CallResult.Failed(CallException other) -> throw other;
 *     case CallResult.Refused(RuntimeException failure) -> throw failure;
 * };
 * }
 *
 * <p>A failure carries the exception that {@link Subject#call} would have thrown; it is sealed, so
 * that a {@code switch} can name the cases it cares for.
 *
 * @param <R> what the callee replies
 * @since 0.1.0
 */
public sealed interface CallResult<R> {
    /** The callee replied. */
    record Replied<R>(R value) implements CallResult<R> {}

    /** There was no reply; {@code failure} says why. */
    record Failed<R>(CallException failure) implements CallResult<R> {}

    /** The callee replied with a failure; see {@link ReplyTo#fail}. */
    record Refused<R>(RuntimeException failure) implements CallResult<R> {}

    /**
     * {@return the reply}
     *
     * @throws CallException if there was none
     * @throws RuntimeException the very failure with which the callee replied
     */
    default R orElseThrow() {
        return switch (this) {
            case Replied<R>(R value) -> value;
            case Failed<R>(CallException failure) -> throw failure;
            case Refused<R>(RuntimeException failure) -> throw failure;
        };
    }
}
