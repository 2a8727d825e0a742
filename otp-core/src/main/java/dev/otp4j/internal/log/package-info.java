/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Loggers of the engine.
 *
 * <p>Belongs here: where loggers come from. May use: nothing. Secret: which class loader is asked
 * for a logging library.
 */
@NullMarked
package dev.otp4j.internal.log;

import org.jspecify.annotations.NullMarked;
