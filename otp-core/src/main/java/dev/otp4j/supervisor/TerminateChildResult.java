/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.supervisor;

/**
 * What came of {@link StaticSupervisor#tryTerminateChild} or {@link
 * FactorySupervisor#tryTerminateChild}.
 *
 * <p>Counterpart: the return values of {@code supervisor:terminate_child/2}.
 *
 * @since 0.1.0
 */
public enum TerminateChildResult {
    /** It has no process now, and the supervisor does not start it again by itself. */
    OK,
    /** There is no such child. */
    NOT_FOUND
}
