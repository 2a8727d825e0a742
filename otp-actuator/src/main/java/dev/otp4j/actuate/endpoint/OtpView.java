/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.endpoint;

/**
 * What the endpoint shows: {@code GET /actuator/otp?view=crashes}. Without a view it shows the
 * tree.
 *
 * @since 0.1.0
 */
public enum OtpView {
    /** The tree, from the root or from a node. */
    TREE,
    /** A flat list of processes, filtered and sorted. */
    ACTORS,
    /** What happened, oldest first. */
    EVENTS,
    /** What crashed, in groups. */
    CRASHES,
    /** Calls that failed, by callee. */
    CALLS,
    /** Messages that reached no handler. */
    DROPPED,
    /** Messages that are handled no more, because no attempt at them has succeeded. */
    PARKED,
    /** Handlers that have been busy with one message for too long, with their stacks. */
    STUCK,
    /** Processes that wait for replies, and circles of these. */
    WAITS,
    /** Starts of children, in order, with their durations. */
    STARTS,
    /** How near each supervisor is to giving up. */
    BUDGETS,
    /** Carriers, zombies, timers and the heap. */
    RUNTIME
}
