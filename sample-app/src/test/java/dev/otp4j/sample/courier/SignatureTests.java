/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.standardwebhooks.Webhook;
import dev.otp4j.sample.ledger.Secret;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureTests {
    private static final String BODY = "{\"text\": \"grün, 草, \\u0000\"}";

    @Test
    void isTheExampleOfTheSpecification() {
        Secret secret = Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

        String signature =
                Signature.of(
                        secret,
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1614265330),
                        body);

        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void isAcceptedByTheReferenceImplementation() throws Exception {
        Secret secret = Secret.generate();
        Instant now = Instant.now();
        String signature =
                Signature.of(secret, "evt_1", now, BODY.getBytes(StandardCharsets.UTF_8));
        var headers =
                HttpHeaders.of(
                        Map.of(
                                "webhook-id", List.of("evt_1"),
                                "webhook-timestamp", List.of("" + now.getEpochSecond()),
                                "webhook-signature", List.of(signature)),
                        (name, value) -> true);

        var webhook = new Webhook(secret.reveal());

        assertThatCode(() -> webhook.verify(BODY, headers)).doesNotThrowAnyException();
    }
}
