/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import com.standardwebhooks.Webhook;
import dev.otp4j.sample.ledger.Secret;
import dev.otp4j.sample.ledger.SecretReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check of signatures, with signatures of the library of Standard Webhooks. */
class VerifierTests {
    private static final URI URL = URI.create("http://localhost:9099/hook");
    private static final Instant NOW = Instant.parse("2026-05-08T12:00:00Z");
    private static final String BODY = "{\"type\":\"order.created\"}";

    private final SecretReader reader = mock(SecretReader.class);
    private final Verifier verifier = new Verifier(reader, URL);
    private final Secret secret = Secret.generate();

    private static Delivered signed(Secret secret, String body) {
        return signed(secret, body, "");
    }

    private static Delivered signed(Secret secret, String body, String before) {
        try {
            String signature =
                    new Webhook(secret.reveal()).sign("evt_1", NOW.getEpochSecond(), BODY);
            return new Delivered(
                    "evt_1",
                    String.valueOf(NOW.getEpochSecond()),
                    before + signature,
                    body.getBytes(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsSignedWithASecretOfASubscriptionIsVerified() {
        given(reader.secrets(URL)).willReturn(List.of(Secret.generate(), secret));

        assertThat(verifier.verify(signed(secret, BODY), NOW)).isTrue();
        assertThat(verifier.verify(signed(secret, BODY, "v1,AAAA v1a,x "), NOW)).isTrue();
    }

    @Test
    void anotherBodySecretOrTimeIsNot() {
        given(reader.secrets(URL)).willReturn(List.of(secret));

        assertThat(verifier.verify(signed(secret, BODY + " "), NOW)).isFalse();
        assertThat(verifier.verify(signed(Secret.generate(), BODY), NOW)).isFalse();
        Duration late = Duration.ofMinutes(5).plusSeconds(1);
        assertThat(verifier.verify(signed(secret, BODY), NOW.plus(late))).isFalse();
        assertThat(verifier.verify(signed(secret, BODY), NOW.minus(late))).isFalse();
    }

    @Test
    void headersThatAreNoneAreNot() {
        given(reader.secrets(URL)).willReturn(List.of(secret));

        for (String timestamp : List.of("", "soon", "9223372036854775807", "-1")) {
            var odd = new Delivered("", timestamp, "", new byte[0]);
            assertThat(verifier.verify(odd, NOW)).as(timestamp).isFalse();
        }
    }

    @Test
    void aNewSecretIsFound() {
        Secret next = Secret.generate();
        given(reader.secrets(URL)).willReturn(List.of(secret), List.of(next));

        assertThat(verifier.verify(signed(secret, BODY), NOW)).isTrue();
        assertThat(verifier.verify(signed(next, BODY), NOW)).isTrue();
    }
}
