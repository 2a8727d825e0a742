/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.spring.Supervisor;
import dev.otp4j.supervisor.Strategy;

/**
 * Supervises what delivers. Started after the ledger and stopped before it. A dead factory takes
 * its couriers along, so the dispatcher, started after it, is restarted too and starts them again;
 * a dead dispatcher harms no courier.
 */
@Supervisor(
        value = "relay",
        order = 2,
        strategy = Strategy.REST_FOR_ONE,
        intensity = 20,
        period = "5s")
class RelaySupervisor {}
