/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.List;

/**
 * What a courier has to know to go on, as the database has it.
 *
 * @param due the next pending deliveries in their order, due or not; empty if there are none
 */
public record Claim(Subscription subscription, Progress progress, List<Due> due) {}
