/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Processes, typed subjects, links, monitors and exit signals.
 *
 * <p>Belongs here: everything that is delivered to a process, and what delivers it. May use: {@code
 * internal.mailbox}, {@code internal.marks}. Secret: the process cell, how signals reach it, and
 * which thread runs it.
 */
@NullMarked
package dev.otp4j.process;

import org.jspecify.annotations.NullMarked;
