/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Makes a supervision tree of an application's beans, and starts and stops it with the application.
 *
 * <p>Belongs here: the auto-configuration, the properties, the analysis of failures. May use:
 * {@code spring} and all rooms of the core. Secret: the order in which beans are found, named and
 * started.
 */
@NullMarked
package dev.otp4j.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
