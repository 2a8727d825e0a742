/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.Strategy;

/**
 * Supervises the children that deliver. It starts after the processes that write to the database
 * and stops before them. When the factory ends, its couriers end too. The dispatcher starts after
 * the factory, so it is restarted with it and starts the couriers again. When the dispatcher ends,
 * the couriers run on.
 */
@Supervisor(
        value = "relay",
        order = 2,
        strategy = Strategy.REST_FOR_ONE,
        intensity = 20,
        period = "5s")
class RelaySupervisor {}
