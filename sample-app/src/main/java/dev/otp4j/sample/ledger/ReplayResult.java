/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/** What became of a request to replay. Only with {@link #STARTED} anything is delivered again. */
public enum ReplayResult {
    /** The deliveries go out again. */
    STARTED,
    /** No delivery has failed. */
    NOTHING_FAILED,
    /** There is no such subscription. */
    NO_SUBSCRIPTION,
    /** There is no such event, or it is not for the subscription. */
    NO_DELIVERY,
    /** The delivery waits for its turn already, or all of them do. */
    PENDING,
    /** The delivery was not made, because of the event's type. */
    SKIPPED,
    /** Too many replays of the subscription are under way. */
    TOO_MANY
}
