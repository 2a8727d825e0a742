/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Pid;
import dev.otp4j.sample.ledger.Noted;

/** What a courier understands. */
public sealed interface CourierMessage
        permits CourierMessage.Wake,
                CourierMessage.Changed,
                CourierMessage.Look,
                CourierMessage.Repeat,
                CourierMessage.Written,
                CourierMessage.Exited,
                Ended,
                Over {
    /** Tells that there may be work. The courier works without it, but then it looks later. */
    record Wake() implements CourierMessage {}

    /** Tells that the subscription has changed, or that there is something to replay. */
    record Changed() implements CourierMessage {}

    /** What a courier sends itself when it is time to look. */
    record Look() implements CourierMessage {}

    /** What a courier sends itself when results should be stored by now. */
    record Repeat(long number) implements CourierMessage {}

    /** The answer to a request to store results. */
    record Written(Noted noted) implements CourierMessage {}

    /** A linked process has ended. */
    record Exited(Pid process, ExitReason reason) implements CourierMessage {}
}
