/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a request to store results.
 *
 * @param number number of the request
 * @param stored whether the database has them; if not, the request can be repeated
 * @param progress progress of the subscription now; null if it is gone, or if they are not stored
 */
public record Noted(long number, boolean stored, @Nullable Progress progress) {}
