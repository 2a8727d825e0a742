/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

/**
 * What one step of a sweep has done.
 *
 * @param events number of events that were removed
 * @param more whether there may be more to remove
 */
record Swept(int events, boolean more) {}
