/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

/** What a courier understands. */
public sealed interface CourierMessage permits CourierMessage.Wake, CourierMessage.Look, Ended {
    /** There may be work, or the subscription may be gone. Never needed, only sooner. */
    record Wake() implements CourierMessage {}

    /** What a courier sends itself when it is time to look. */
    record Look() implements CourierMessage {}
}
