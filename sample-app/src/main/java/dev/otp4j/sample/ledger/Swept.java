/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.List;

/**
 * What one step of a sweep has done.
 *
 * @param events number of events that were removed
 * @param more whether there may be more to remove
 * @param told the subscriptions that are told which others were disabled
 */
record Swept(int events, boolean more, List<String> told) {
    Swept(int events, boolean more) {
        this(events, more, List.of());
    }
}
