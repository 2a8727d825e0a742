/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

/**
 * What an operator can do to a node: {@code POST /actuator/otp/shop/stock} with the body {@code
 * {"action": "restart"}}. Needs {@code management.endpoint.otp.access=unrestricted}.
 *
 * @since 0.1.0
 */
public enum OtpAction {
    /**
     * Its supervisor stops it in order and starts it again; does not count against the tolerance.
     */
    RESTART,
    /** Its supervisor stops it in order; it stays down until it is started. */
    STOP,
    /** Its supervisor starts it again after a stop. */
    START,
    /** It leaves its messages queued from now on. */
    SUSPEND,
    /** It handles messages again. */
    RESUME,
    /**
     * It ends at once, also if it is stuck; its supervisor treats that as a failure, and starts it
     * again if its restart policy says so.
     */
    KILL,
    /** It records the types of its last messages for ten minutes. */
    START_RECORDER,
    /** It stops recording, and forgets what it has recorded. */
    STOP_RECORDER,
    /** Its oldest parked messages are sent to it again, {@code most} of them at most. */
    REPLAY_PARKED,
    /** Its oldest parked messages are dropped and counted, {@code most} of them at most. */
    DISCARD_PARKED
}
