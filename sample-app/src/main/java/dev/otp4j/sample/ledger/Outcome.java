/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/** What a courier reports, which moves a place on. */
public sealed interface Outcome permits Attempt, Passed {
    /** {@return the subscription, as the courier knew it} */
    Subscription subscription();

    /** {@return the place that it moves on, and from where} */
    Turn turn();

    /** {@return the position up to which all is settled by it} */
    long until();
}
