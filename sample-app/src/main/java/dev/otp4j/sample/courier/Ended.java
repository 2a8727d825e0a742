/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;

/**
 * The end of a request that a process made for a courier.
 *
 * @param request the process
 * @param answer the outcome
 */
record Ended(Pid request, Answer answer) implements CourierMessage {}
