/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;
import java.time.Duration;

/**
 * The end of a request that a process made for a courier.
 *
 * @param run the process
 * @param index which of its deliveries the request was for
 * @param answer the outcome
 * @param took how long it took
 */
record Ended(Pid run, int index, Answer answer, Duration took) implements CourierMessage {}
