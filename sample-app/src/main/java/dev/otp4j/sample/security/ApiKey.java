/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's key. The key itself is not configured, so that it cannot be read in a file or a log.
 *
 * @param name Name of the client.
 * @param role What the client may do.
 * @param sha256 SHA-256 of the key in UTF-8, as 64 hexadecimal digits.
 */
record ApiKey(@Nullable String name, @Nullable Role role, @Nullable String sha256) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

    /** {@return what is wrong with this key; null if nothing is} */
    @Nullable String problem() {
        if (name == null || name.isBlank()) return "needs a 'name'";
        if (role == null) return "needs a 'role': PUBLISHER, VIEWER or OPERATOR";
        if (sha256 == null || !DIGEST.matcher(sha256).matches()) {
            return "needs a 'sha256' of 64 hexadecimal digits: printf %s \"$key\" | sha256sum";
        }
        return null;
    }

    @SuppressWarnings("NullAway") // checked at start
    byte[] digest() {
        return HexFormat.of().parseHex(sha256);
    }

    /** Shows no hash: who has a short key's hash may find the key. */
    @Override
    public String toString() {
        return "ApiKey[" + name + ", " + role + "]";
    }
}
