/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engines under test behind one small interface.
 *
 * <p>Belongs here: what a benchmark asks of an engine, and one adapter for each. May use: the
 * public API of that engine, as its users would. Secret: how each engine says start, send, call and
 * stop.
 */
@NullMarked
package dev.otp4j.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
