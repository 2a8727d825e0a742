/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.ledger;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret with which a subscription's deliveries are signed: {@code whsec_} and the key in
 * Base64. Only {@link #reveal} returns its text.
 */
public final class Secret {
    private static final String PREFIX = "whsec_";
    private static final int GENERATED_BYTES = 32;
    private static final int MAX_BYTES = 256;

    private final byte[] key;
    private final String text;

    private Secret(byte[] key, String text) {
        this.key = key;
        this.text = text;
    }

    /** Creates a new random secret. */
    public static Secret generate() {
        byte[] key = new byte[GENERATED_BYTES];
        new SecureRandom().nextBytes(key);
        return new Secret(key, PREFIX + Base64.getEncoder().encodeToString(key));
    }

    /**
     * Parses a secret.
     *
     * @throws IllegalArgumentException if the text is not a valid secret; the message does not
     *     repeat the text
     */
    public static Secret of(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("'secret' must begin with " + PREFIX);
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'secret' must be Base64 after " + PREFIX);
        }
        if (key.length == 0 || key.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "'secret' must have 1 to " + MAX_BYTES + " bytes: " + key.length);
        }
        return new Secret(key, text);
    }

    /** {@return the key} */
    public byte[] key() {
        return key.clone();
    }

    /** {@return the text that {@link #of} understands} */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(key, secret.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return PREFIX + "...";
    }
}
