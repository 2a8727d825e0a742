/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Builds a supervision tree from an application's beans, and starts and stops it with the
 * application.
 *
 * <p>Belongs here: the auto-configuration, the properties, the failure analyzers. May use: {@code
 * spring}, {@code spring.observation} and all packages of the core. Secret: the order in which
 * beans are found, named and started.
 */
@NullMarked
package dev.otp4j.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
