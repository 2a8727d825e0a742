/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * Which children are restarted when one fails.
 *
 * @since 0.1.0
 */
public enum Strategy {
    /** The failed one. */
    ONE_FOR_ONE,
    /** All: the others are stopped in reverse order, then all are started in order. */
    ONE_FOR_ALL,
    /** The failed one and those that were started after it. */
    REST_FOR_ONE
}
