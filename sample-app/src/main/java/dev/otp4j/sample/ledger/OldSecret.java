/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A secret that was replaced.
 *
 * @param until time until which deliveries are signed with it as well
 */
public record OldSecret(Secret secret, Instant until) {
    /** How many secrets that were replaced a subscription may have. */
    static final int MOST = 3;

    boolean isValid(Instant now) {
        return now.isBefore(until);
    }

    /**
     * Parses what {@link #text} has written. A line that cannot be read is left out: it must not
     * keep deliveries from being signed with the secrets that can.
     */
    static List<OldSecret> parse(@Nullable String text) {
        var found = new ArrayList<OldSecret>();
        if (text == null) return found;
        for (String line : text.lines().toList()) {
            String[] parts = line.split(" ", 2);
            try {
                found.add(
                        new OldSecret(Secret.of(parts[parts.length - 1]), Instant.parse(parts[0])));
            } catch (IllegalArgumentException | DateTimeException e) {
                // left out
            }
        }
        return found;
    }

    /** {@return secrets as a text for the database, one in each line; null if there are none} */
    static @Nullable String text(List<OldSecret> secrets) {
        if (secrets.isEmpty()) return null;
        return secrets.stream()
                .map(each -> each.until() + " " + each.secret().reveal())
                .collect(Collectors.joining("\n"));
    }
}
