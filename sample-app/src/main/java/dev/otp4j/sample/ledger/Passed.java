/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * A courier has passed over events that are not for its subscription, or has found nothing more to
 * replay.
 *
 * @param until position of the last of them
 */
public record Passed(Subscription subscription, Turn turn, long until) implements Outcome {
    /** {@return what lies between two positions in the order of all events} */
    public static Passed inOrder(Subscription subscription, long after, long until) {
        return new Passed(subscription, Turn.inOrder(after), until);
    }
}
