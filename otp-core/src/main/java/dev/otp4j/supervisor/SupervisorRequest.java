/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.process.Subject;

/** What the handle of a static supervisor asks it. */
sealed interface SupervisorRequest extends SupervisorLoop.Event {
    record Start<D>(
            ChildSpecification<D> child, StartCaller caller, Subject<StartChildResult<D>> replyTo)
            implements SupervisorRequest {}

    record Terminate(String id, Subject<TerminateChildResult> replyTo)
            implements SupervisorRequest {}

    record Restart(String id, Subject<RestartChildResult> replyTo) implements SupervisorRequest {}

    record Delete(String id, Subject<DeleteChildResult> replyTo) implements SupervisorRequest {}
}
