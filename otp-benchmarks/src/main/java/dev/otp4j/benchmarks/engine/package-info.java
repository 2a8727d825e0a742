/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engines under test, behind one small interface.
 *
 * <p>Belongs here: the interface that benchmarks use, and one adapter for each engine. May use: the
 * public API of that engine, as its users would. Secret: how each engine starts, sends, calls and
 * stops.
 */
@NullMarked
package dev.otp4j.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
