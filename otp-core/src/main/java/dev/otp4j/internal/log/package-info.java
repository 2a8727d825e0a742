/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Loggers of the engine.
 *
 * <p>Belongs here: the lookup of loggers. May use: nothing. Secret: the class loader in which a
 * logging library is looked for.
 */
@NullMarked
package dev.otp4j.internal.log;

import org.jspecify.annotations.NullMarked;
