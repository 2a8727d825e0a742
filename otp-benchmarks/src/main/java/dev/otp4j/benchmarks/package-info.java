/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs the benchmarks and Erlang, and shows the figures side by side.
 *
 * <p>Belongs here: the catalogue of metrics, the command line, tables. May use: JMH, processes of
 * the operating system. Secret: how JMH and Erlang get their orders, and how figures are
 * summarised.
 */
@NullMarked
package dev.otp4j.benchmarks;

import org.jspecify.annotations.NullMarked;
