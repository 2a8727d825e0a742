/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Pid;
import org.jspecify.annotations.Nullable;

/** A child as it was at one moment. */
record ChildSnapshot(
        String id,
        long number,
        @Nullable Pid pid,
        State state,
        ChildType type,
        Restart restart,
        int restarts,
        int held,
        @Nullable ChildFailure lastFailure,
        @Nullable Class<?> declaredBy,
        @Nullable PendingRestart pendingRestart)
        implements ChildInfo {}
