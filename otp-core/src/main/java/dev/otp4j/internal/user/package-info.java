/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The one way in which the engine calls the user's code for a text, a comparison or a callback.
 *
 * <p>Belongs here: calls that stop whatever the user's code throws. May use: nothing but the JDK.
 * Secret: what takes the place of an answer that did not come.
 */
@NullMarked
package dev.otp4j.internal.user;

import org.jspecify.annotations.NullMarked;
