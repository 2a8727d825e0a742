/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Calls of the user's code: for a text, a comparison or a callback.
 *
 * <p>Belongs here: calls that catch everything that the user's code throws. May use: nothing but
 * the JDK. Secret: the value that replaces an answer which the user's code failed to give.
 */
@NullMarked
package dev.otp4j.internal.user;

import org.jspecify.annotations.NullMarked;
