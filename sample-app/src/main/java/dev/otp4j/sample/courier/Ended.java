/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;

/**
 * The end of a request that a process made for a courier.
 *
 * @param run the process
 * @param index which of its deliveries the request was for
 * @param answer the outcome
 */
record Ended(Pid run, int index, Answer answer) implements CourierMessage {}
