/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.List;

/**
 * Pending deliveries of a subscription, in order.
 *
 * @param due the deliveries; empty if no event of the stretch is for the subscription
 * @param until position up to which there is no other one
 */
public record Pending(List<Due> due, long until) {}
