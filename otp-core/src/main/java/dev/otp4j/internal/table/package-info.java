/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Tables that need little memory for each element.
 *
 * <p>Belongs here: data structures that know nothing of processes. May use: nothing. Secret: how an
 * element is found.
 */
@NullMarked
package dev.otp4j.internal.table;

import org.jspecify.annotations.NullMarked;
