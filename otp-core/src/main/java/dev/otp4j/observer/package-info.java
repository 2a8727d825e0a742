/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What happened in a system, kept in a bounded way: events, crashes, starts, dropped messages and
 * failed calls.
 *
 * <p>Belongs here: listeners that keep the last of something, and the records that they keep. May
 * use: {@code application} and what that may use. Asks no process and blocks none. Secret: how much
 * is kept, and how equal things are folded into one.
 */
@NullMarked
package dev.otp4j.observer;

import org.jspecify.annotations.NullMarked;
