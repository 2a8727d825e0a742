/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Marks that say which thread may run a method.
 *
 * <p>Belongs here: annotations without behaviour. May use: nothing. Secret: none, a leaf.
 */
@NullMarked
package dev.otp4j.internal.marks;

import org.jspecify.annotations.NullMarked;
