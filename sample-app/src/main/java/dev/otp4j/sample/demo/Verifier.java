/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.SecretReader;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks deliveries as a subscriber does, by the specification of Standard Webhooks: signed with a
 * secret of the subscription, and not long ago.
 *
 * <p>Threads: one at a time.
 */
final class Verifier {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretReader reader;
    private final URI url;
    private List<Secret> secrets = List.of();

    Verifier(SecretReader reader, URI url) {
        this.reader = reader;
        this.url = url;
    }

    /** If no known secret fits, there may be a new one. */
    boolean verify(Delivered delivered, Instant now) {
        if (!isRecent(delivered.timestamp(), now)) return false;
        if (fits(delivered)) return true;
        secrets = reader.secrets(url);
        return fits(delivered);
    }

    private static boolean isRecent(String timestamp, Instant now) {
        try {
            Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
            return Duration.between(sent, now).abs().compareTo(TOLERANCE) <= 0;
        } catch (NumberFormatException | ArithmeticException | DateTimeException e) {
            return false;
        }
    }

    private boolean fits(Delivered delivered) {
        return secrets.stream().anyMatch(secret -> fits(secret, delivered));
    }

    private static boolean fits(Secret secret, Delivered delivered) {
        byte[] expected = ("v1," + signature(secret, delivered)).getBytes(StandardCharsets.UTF_8);
        return Stream.of(delivered.signatures().split(" "))
                .map(given -> given.getBytes(StandardCharsets.UTF_8))
                .anyMatch(given -> MessageDigest.isEqual(expected, given));
    }

    private static String signature(Secret secret, Delivered delivered) {
        var signed = new ByteArrayOutputStream();
        String head = delivered.id() + "." + delivered.timestamp() + ".";
        signed.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(delivered.body());
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.key(), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
