/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The supervision tree's health.
 *
 * <p>Belongs here: what is healthy, and the details. May use: the core's {@code supervisor}, Boot's
 * health. Secret: how the status is found.
 */
@NullMarked
package dev.otp4j.actuate.health;

import org.jspecify.annotations.NullMarked;
