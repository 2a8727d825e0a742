/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * When a child is started again after it has ended by itself.
 *
 * @since 0.1.0
 */
public enum Restart {
    /** Always, whatever the reason. */
    PERMANENT,
    /** After a failure; not after {@code normal} or {@code shutdown}. */
    TRANSIENT,
    /** Never; its specification goes with it. */
    TEMPORARY
}
