/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.process.Pid;

/**
 * The end of a process that made requests for a courier.
 *
 * @param run the process
 */
record Over(Pid run) implements CourierMessage {}
