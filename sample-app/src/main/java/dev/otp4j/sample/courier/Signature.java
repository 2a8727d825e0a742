/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import dev.otp4j.sample.ledger.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signature of the Standard Webhooks specification, symmetric form. */
final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /**
     * {@return the value of the header {@code webhook-signature}: a signature with each secret, in
     * their order}
     */
    static String of(List<Secret> secrets, String id, Instant timestamp, byte[] body) {
        return secrets.stream()
                .map(secret -> of(secret, id, timestamp, body))
                .collect(Collectors.joining(" "));
    }

    /** {@return a signature} */
    static String of(Secret secret, String id, Instant timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.key(), ALGORITHM));
            mac.update(
                    (id + "." + timestamp.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
