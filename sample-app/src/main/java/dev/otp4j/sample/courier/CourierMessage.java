/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

/** What a courier understands. */
public sealed interface CourierMessage permits CourierMessage.Wake, CourierMessage.Look, Ended {
    /**
     * Tells that there may be work, or that the subscription may be gone. The courier works without
     * it, but then it looks later.
     */
    record Wake() implements CourierMessage {}

    /** What a courier sends itself when it is time to look. */
    record Look() implements CourierMessage {}
}
