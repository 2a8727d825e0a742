/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.observation;

/**
 * How the observation of a handler refers to that of the sender, for messages that are sent without
 * a call.
 *
 * @since 0.1.0
 */
public enum Sends {
    /** The handling is the root of a trace of its own, with a link to the span of the sender. */
    LINK,
    /**
     * The handling is a child of the sender's observation. Messages that may repeat without end,
     * such as those of a periodic timer, are linked; so is the handling that would be nested deeper
     * than 100 others.
     */
    CHILD,
    /** Only calls are observed. */
    NONE
}
