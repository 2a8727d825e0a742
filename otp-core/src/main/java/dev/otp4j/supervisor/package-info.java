/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Supervisors: processes that start others, in order, start them again when they fail, and stop
 * them in reverse.
 *
 * <p>Belongs here: specifications of children, both kinds of supervisor, what is reported of them,
 * and what can be read of them ({@code SupervisorInfo}, {@code ChildInfo}). The system that holds a
 * tree does not: see {@code application}. May use: {@code process}, {@code actor}, and of the
 * internal packages {@code boot}, {@code path}, {@code table}, {@code threads}, {@code user},
 * {@code log}. Secret: the bookkeeping of restarts. Decisions are pure ({@code RestartDecider},
 * {@code RestartWindow}); the loops alone act.
 */
@NullMarked
package dev.otp4j.supervisor;

import org.jspecify.annotations.NullMarked;
