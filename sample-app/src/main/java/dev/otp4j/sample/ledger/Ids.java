/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.UUID;

/** Makes ids. */
final class Ids {
    private Ids() {}

    static String create(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }
}
