/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.util.List;

/**
 * A list of parameters for {@code IN (…)}, whose length is a power of two: so there are few
 * different statements, which the database keeps prepared.
 */
final class Padded {
    private Padded() {}

    /** {@return {@code (?, ?, …)}} */
    static String marks(List<?> values) {
        return "(?" + ", ?".repeat(size(values) - 1) + ")";
    }

    /** {@return the values, the last one repeated} */
    static Object[] values(List<?> values) {
        var padded = new Object[size(values)];
        for (int n = 0; n < padded.length; n++) {
            padded[n] = values.get(Math.min(n, values.size() - 1));
        }
        return padded;
    }

    private static int size(List<?> values) {
        int highest = Integer.highestOneBit(values.size());
        return highest == values.size() ? highest : 2 * highest;
    }
}
