/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

import dev.otp4j.actor.StartResult;
import dev.otp4j.process.Pid;
import dev.otp4j.process.Subject;

/** What the handle of a factory asks it. */
sealed interface FactoryRequest<A, D> {
    record Start<A, D>(A argument, StartCaller caller, Subject<StartResult<D>> replyTo)
            implements FactoryRequest<A, D> {}

    record Terminate<A, D>(Pid pid, Subject<TerminateChildResult> replyTo)
            implements FactoryRequest<A, D> {}
}
