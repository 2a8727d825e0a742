/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The lock-free queue of a process.
 *
 * <p>Belongs here: the mailbox's word, its nodes, the list of nodes that the owner has taken, and
 * the room of a mailbox with a limit. May use: {@code internal.marks}. Secret: how many producers
 * and one consumer share one word that is both the queue and the consumer's schedule.
 */
@NullMarked
package dev.otp4j.internal.mailbox;

import org.jspecify.annotations.NullMarked;
