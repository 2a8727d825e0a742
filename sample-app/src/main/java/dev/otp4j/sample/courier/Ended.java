/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;

/**
 * What becomes of a request that a process makes for a courier.
 *
 * @param request the process
 * @param answer what came of it
 */
record Ended(Pid request, Answer answer) implements CourierMessage {}
