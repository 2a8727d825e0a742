/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Actors: a state, a handler of one message at a time, and what starting one yields.
 *
 * <p>Belongs here: what a user writes or calls to have an actor. May use: {@code process}. Secret:
 * the loop that turns the handler's answer into the next state, another selector, or the end.
 */
@NullMarked
package dev.otp4j.actor;

import org.jspecify.annotations.NullMarked;
