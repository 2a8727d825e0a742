/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.List;

/**
 * A request whose change is on the disk, or that was cancelled before.
 *
 * @param answer sends the reply
 * @param news what to publish, before the reply
 */
record Made(Runnable answer, List<News> news) {}
