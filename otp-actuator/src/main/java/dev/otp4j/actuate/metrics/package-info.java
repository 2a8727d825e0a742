/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Meters of a supervision tree, one set of meters for each definition in the code.
 *
 * <p>Belongs here: names and tags of meters, and where their values come from. May use: the core,
 * Micrometer. Secret: how often the tree is read.
 */
@NullMarked
package dev.otp4j.actuate.metrics;

import org.jspecify.annotations.NullMarked;
