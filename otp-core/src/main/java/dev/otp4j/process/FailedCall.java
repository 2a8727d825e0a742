/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that got no reply.
 *
 * <p>Components may be added: do not rely on the constructor.
 *
 * @param at when it failed, by the wall clock
 * @param caller the calling process, or the runtime's pid for a thread that runs no process
 * @param callee the process that was called, or null if the name had none
 * @param calleeName the name that was called, or null
 * @param requestType name of the class of the request
 * @param failure what the caller got; its message explains what the callee was doing
 * @since 0.1.0
 */
public record FailedCall(
        Instant at,
        Pid caller,
        @Nullable Pid callee,
        @Nullable Name<?> calleeName,
        String requestType,
        CallException failure) {}
