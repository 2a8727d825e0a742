/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Paths in a tree of processes, as texts.
 *
 * <p>Belongs here: how a path is joined and cut. May use: nothing. Secret: the separator.
 */
@NullMarked
package dev.otp4j.internal.path;

import org.jspecify.annotations.NullMarked;
