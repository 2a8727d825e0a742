/* SPDX-License-Identifier: Apache-2.0 */
package com.example.billing;

import dev.otp4j.spring.Supervisor;

/** Is near to giving up after three crashes of {@link Invoices}. */
@Supervisor(value = "billing", order = 4, intensity = 4, period = "1h")
class BillingSupervisor {}
