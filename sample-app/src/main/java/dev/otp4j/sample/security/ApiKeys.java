/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * Finds the key that a client presents. The time that this takes does not depend on how much of a
 * hash is right, nor on which key it is.
 */
final class ApiKeys {
    private record Known(ApiKey key, byte[] digest) {}

    private final List<Known> known;

    ApiKeys(List<ApiKey> keys) {
        this.known = keys.stream().map(key -> new Known(key, key.digest())).toList();
    }

    Optional<ApiKey> find(String presented) {
        byte[] digest = sha256(presented);
        ApiKey found = null;
        for (Known each : known) {
            if (MessageDigest.isEqual(each.digest(), digest)) found = each.key();
        }
        return Optional.ofNullable(found);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
