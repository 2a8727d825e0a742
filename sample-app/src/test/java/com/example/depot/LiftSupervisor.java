/* SPDX-License-Identifier: Apache-2.0 */
package com.example.depot;

import dev.otp4j.spring.Supervisor;

/** Gives up at the third crash. */
@Supervisor(value = "lift", order = 5, intensity = 2, period = "1h")
class LiftSupervisor {}
