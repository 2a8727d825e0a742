/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The workloads that are measured, one class for each group of metrics.
 *
 * <p>Belongs here: workloads; each shot has a fixed size, which is the same for all engines. May
 * use: the engines' interface, JMH. Secret: what happens inside the measured time and what before
 * it.
 */
@NullMarked
package dev.otp4j.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
