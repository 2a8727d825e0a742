/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Tables with little memory for each thing in them.
 *
 * <p>Belongs here: data structures that know nothing of processes. May use: nothing. Secret: how
 * things are found.
 */
@NullMarked
package dev.otp4j.internal.table;

import org.jspecify.annotations.NullMarked;
