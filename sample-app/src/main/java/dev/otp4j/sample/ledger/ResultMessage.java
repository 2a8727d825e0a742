/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import dev.otp4j.process.Subject;
import java.util.List;

/** The messages of the actor that stores the results of attempts. */
public sealed interface ResultMessage {
    /**
     * Store outcomes of one subscription, in their order. Those that are stored already change
     * nothing, so the message can be repeated.
     *
     * @param number comes back in the reply
     */
    record Note(String subscriptionId, long number, List<Outcome> outcomes, Subject<Noted> replyTo)
            implements ResultMessage {}

    /** What the actor sends itself: store the outcomes that wait. */
    record Write() implements ResultMessage {}

    /** What the actor sends itself: force to the disk what was committed. */
    record Force() implements ResultMessage {}
}
