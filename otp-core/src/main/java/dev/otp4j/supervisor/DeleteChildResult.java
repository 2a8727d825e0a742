/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * What came of {@link StaticSupervisor#tryDeleteChild}.
 *
 * <p>Counterpart: the return values of {@code supervisor:delete_child/2}.
 *
 * @since 0.1.0
 */
public enum DeleteChildResult {
    /** Its specification is gone. */
    OK,
    /** It runs; it has to be terminated first. */
    RUNNING,
    /** The supervisor is restarting it; it has to be terminated first. */
    RESTARTING,
    /** There is no child of that id. */
    NOT_FOUND
}
