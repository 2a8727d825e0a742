/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The supervision tree's health.
 *
 * <p>Belongs here: the status and the details. May use: the core's {@code supervisor}, Boot's
 * health. Secret: how the status is derived from the tree.
 */
@NullMarked
package dev.otp4j.actuate.health;

import org.jspecify.annotations.NullMarked;
