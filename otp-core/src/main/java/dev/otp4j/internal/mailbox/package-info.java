/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The lock-free queue of a process.
 *
 * <p>Belongs here: the mailbox word, its nodes, and what was taken from it. May use: {@code
 * internal.marks}. Secret: how many producers and one consumer share one word that is queue and
 * schedule at once.
 */
@NullMarked
package dev.otp4j.internal.mailbox;

import org.jspecify.annotations.NullMarked;
