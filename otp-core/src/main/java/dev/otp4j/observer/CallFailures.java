/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.observer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one callee that failed in the same way.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param callee definition or name of the callee
 * @param outcome kind of the failure, such as {@code timed-out} or {@code callee-down}
 * @param count number of calls
 * @param first time of the first one
 * @param last time of the last one
 * @param lastRequestType class name of the last request
 * @param lastCaller path or pid of the last caller
 * @param explanation what the callee did instead of replying, of the last one; without messages
 * @since 0.1.0
 */
public record CallFailures(
        String callee,
        String outcome,
        long count,
        Instant first,
        Instant last,
        String lastRequestType,
        @Nullable String lastCaller,
        String explanation) {}
