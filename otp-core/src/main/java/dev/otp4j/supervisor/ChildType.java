/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * Whether a child does work or supervises others.
 *
 * @since 0.1.0
 */
public enum ChildType {
    /** It does work; has 5 s to stop unless said otherwise. */
    WORKER,
    /** It supervises; has all the time it needs to stop its own children unless said otherwise. */
    SUPERVISOR
}
