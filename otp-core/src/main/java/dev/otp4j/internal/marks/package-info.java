/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Annotations that say which threads may run a method or touch a field.
 *
 * <p>Belongs here: annotations without behaviour. May use: nothing. Secret: none.
 */
@NullMarked
package dev.otp4j.internal.marks;

import org.jspecify.annotations.NullMarked;
