/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * Whether a supervisor stops when significant children end by themselves and stay down.
 *
 * <p>Counterpart: {@code auto_shutdown}.
 *
 * @since 0.1.0
 */
public enum AutoShutdown {
    /** It goes on without them. */
    NEVER,
    /** It stops with the first one. */
    ANY_SIGNIFICANT,
    /** It stops with the last one that was active. */
    ALL_SIGNIFICANT
}
