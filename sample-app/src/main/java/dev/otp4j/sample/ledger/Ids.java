/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes ids: the time in milliseconds and 80 random bits. An index of ids that begin with the time
 * grows at its end; with ids that are random altogether, each new one changes another page of it.
 */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 10;

    private Ids() {}

    static String create(String prefix) {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        HexFormat hex = HexFormat.of();
        return prefix + hex.toHexDigits(System.currentTimeMillis(), 12) + hex.formatHex(random);
    }
}
