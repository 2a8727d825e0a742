/* SPDX-License-Identifier: Apache-2.0 */
package com.example.depot;

import dev.otp4j.spring.Supervisor;

/** Tolerates everything: a crash loop below it goes on. */
@Supervisor(value = "depot", order = 4, intensity = 100_000, period = "1h")
class DepotSupervisor {}
