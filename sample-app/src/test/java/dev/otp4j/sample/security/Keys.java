/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;

/** The API keys of the tests, one per role. */
final class Keys {
    private Keys() {}

    /** {@return the key of the client that has a role} */
    static String of(Role role) {
        return "key-of-the-" + role;
    }

    static String sha256(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Sets the properties of a relay with one key per role. */
    static void configure(BiConsumer<String, String> properties) {
        for (Role role : List.of(Role.values())) {
            String prefix = "relay.api-keys[" + role.ordinal() + "].";
            properties.accept(prefix + "name", "the-" + role);
            properties.accept(prefix + "role", role.name());
            properties.accept(prefix + "sha256", sha256(of(role)));
        }
    }
}
