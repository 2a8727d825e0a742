/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is measured, one class for each group of metrics.
 *
 * <p>Belongs here: workloads, each one shot of fixed size, the same for all engines. May use: the
 * engines' interface, JMH. Secret: what happens inside the measured time and what before it.
 */
@NullMarked
package dev.otp4j.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
