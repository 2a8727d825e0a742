/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Timeout(20)
class WebApiTests {
    private static final int LIMIT = 256 * 1024;

    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;
    @Autowired JdbcClient jdbc;

    private Relay relay;
    private long events;
    private long subscriptions;

    @BeforeEach
    void count() {
        relay = new Relay(port);
        events = events();
        subscriptions = subscriptions();
    }

    private long events() {
        return jdbc.sql("SELECT COUNT(*) FROM event").query(Long.class).single();
    }

    private long subscriptions() {
        return jdbc.sql("SELECT COUNT(*) FROM subscription").query(Long.class).single();
    }

    private void assertProblem(Answer answer, int status) {
        assertThat(answer).hasToString(answer.toString());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.json().get("status").intValue()).isEqualTo(status);
        assertThat(events()).isEqualTo(events);
        assertThat(subscriptions()).isEqualTo(subscriptions);
    }

    private static String padded(int bytes) {
        String frame = "{\"pad\":\"\"}";
        return "{\"pad\":\"" + "x".repeat(bytes - frame.length()) + "\"}";
    }

    @Nested
    class Events {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "no json",
                    "[]",
                    "1",
                    "null",
                    "\"text\"",
                    "{",
                    "{\"a\":}",
                    "{} {}",
                    "{\"a\":1}]",
                    "{'a':1}",
                    "{\"a\":\"\u0001\"}"
                })
        void whatIsNoJsonObjectIsRefused(String body) {
            assertProblem(relay.post("/events", body), 400);
        }

        @Test
        void jsonThatIsNotUtf8IsRefused() {
            byte[] latin = "{\"a\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1);

            assertProblem(
                    relay.send(
                            "/events",
                            request ->
                                    request.header("content-type", "application/json")
                                            .POST(BodyPublishers.ofByteArray(latin))),
                    400);
        }

        @Test
        void nestingWithoutEndIsRefused() {
            assertProblem(relay.post("/events", "{\"a\":" + "[".repeat(100_000)), 400);
        }

        @Test
        void theLimitIsExact() {
            assertThat(relay.post("/events", padded(LIMIT)).status()).isEqualTo(202);
            events++;
            assertProblem(relay.post("/events", padded(LIMIT + 1)), 413);
        }

        @Test
        void theLimitHoldsForChunkedBodiesToo() {
            byte[] body = padded(LIMIT + 1).getBytes(StandardCharsets.UTF_8);

            assertProblem(
                    relay.send(
                            "/events",
                            request ->
                                    request.header("content-type", "application/json")
                                            .POST(
                                                    BodyPublishers.ofInputStream(
                                                            () -> new ByteArrayInputStream(body)))),
                    413);
        }

        @Test
        void anotherContentTypeIsRefused() {
            assertProblem(
                    relay.send(
                            "/events",
                            request ->
                                    request.header("content-type", "text/plain")
                                            .POST(BodyPublishers.ofString("{}"))),
                    415);
            assertProblem(
                    relay.send("/events", request -> request.POST(BodyPublishers.ofString("{}"))),
                    415);
        }

        @Test
        void anUnknownEventIsNotFound() {
            assertProblem(relay.get("/events/evt_unknown"), 404);
            assertProblem(relay.delete("/events/evt_unknown"), 405);
        }

        @Test
        void aRetryWithTheSameKeyIsTheSameEvent() {
            String first = postWithKey("{\"n\":1}", "key-1").json().get("id").stringValue();

            Answer again = postWithKey("{\"n\":1}", "key-1");

            assertThat(again.status()).isEqualTo(202);
            assertThat(again.json().get("id").stringValue()).isEqualTo(first);
            assertThat(events()).isEqualTo(events + 1);
            events++;
            assertProblem(postWithKey("{\"n\":2}", "key-1"), 422);
        }

        @Test
        void aKeyHasItsLimits() {
            assertProblem(postWithKey("{}", "x".repeat(256)), 400);
            assertProblem(postWithKey("{}", ""), 400);
        }

        private Answer postWithKey(String body, String key) {
            return relay.send(
                    "/events",
                    request ->
                            request.header("content-type", "application/json")
                                    .header("Idempotency-Key", key)
                                    .POST(BodyPublishers.ofString(body)));
        }

        @Test
        void aStoredEventCanBeLookedAt() {
            Answer answer = relay.post("/events", "{}");

            String location = answer.response().headers().firstValue("location").orElseThrow();
            JsonNode event = relay.get(location).json();
            assertThat(event.get("id")).isEqualTo(answer.json().get("id"));
            assertThat(event.get("deliveries").isArray()).isTrue();
        }
    }

    @Nested
    class Subscriptions {
        @AfterEach
        void removeAll() {
            for (JsonNode each : relay.get("/subscriptions").json()) {
                relay.delete("/subscriptions/" + each.get("id").stringValue());
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "x",
                    "/relative",
                    "ftp://host/",
                    "file:///etc/passwd",
                    "http://",
                    "http:///path",
                    "http:opaque",
                    "http://user:pass@host/",
                    "http://host:0/",
                    "http://host:99999/",
                    "http://host/#part",
                    "http://host/ space",
                    "http://höst/",
                    "javascript:alert(1)"
                })
        void aBadUrlIsRefused(String url) {
            assertProblem(relay.post("/subscriptions", "{\"url\":\"" + url + "\"}"), 400);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"url\":null}",
                    "{\"url\":7}",
                    "{\"url\":[\"http://host/\"]}",
                    "[]",
                    "no"
                })
        void aRequestWithoutUrlIsRefused(String body) {
            assertProblem(relay.post("/subscriptions", body), 400);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"\"", "\"whsec_\"", "\"whsec_!\"", "\"c2VjcmV0\"", "7"})
        void aBadSecretIsRefusedWithoutRepeatingIt(String secret) {
            Answer answer =
                    relay.post(
                            "/subscriptions",
                            "{\"url\":\"http://host/\",\"secret\":" + secret + "}");

            assertProblem(answer, 400);
            assertThat(answer.json().get("detail").stringValue()).doesNotContain("c2VjcmV0");
        }

        @Test
        void anUnknownSubscriptionIsNotFound() {
            assertProblem(relay.delete("/subscriptions/sub_unknown"), 404);
            assertProblem(relay.patch("/subscriptions/sub_unknown", "{\"enabled\":true}"), 404);
        }

        @Test
        void isListedAsDisabledUntilItIsEnabled() {
            String id = relay.subscribe("http://localhost:1/hook").get("id").stringValue();

            for (boolean enabled : new boolean[] {false, false, true, true}) {
                Answer answer =
                        relay.patch("/subscriptions/" + id, "{\"enabled\":" + enabled + "}");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().get("enabled").booleanValue()).isEqualTo(enabled);
                assertThat(relay.get("/subscriptions").json()).contains(answer.json());
            }
        }

        @Test
        void isListedAsOperationalUntilThatIsChanged() {
            String id = relay.subscribe("http://localhost:1/hook").get("id").stringValue();

            for (boolean operational : new boolean[] {true, true, false}) {
                Answer answer =
                        relay.patch(
                                "/subscriptions/" + id, "{\"operational\":" + operational + "}");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().get("operational").booleanValue()).isEqualTo(operational);
                assertThat(answer.json().get("enabled").booleanValue()).isTrue();
                assertThat(relay.get("/subscriptions").json()).contains(answer.json());
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"enabled\":null}",
                    "{\"enabled\":\"no\"}",
                    "{\"operational\":null}",
                    "{\"enabled\":true,\"operational\":1}",
                    "[]",
                    "no"
                })
        void aBadChangeIsRefused(String body) {
            String id = relay.subscribe("http://localhost:1/hook").get("id").stringValue();
            subscriptions++;

            assertProblem(relay.patch("/subscriptions/" + id, body), 400);
        }

        @Test
        @ExtendWith(OutputCaptureExtension.class)
        void theSecretIsShownOnceAndNeverLogged(CapturedOutput output) {
            JsonNode made = relay.subscribe("http://localhost:1/hook");

            String secret = made.get("secret").stringValue();
            assertThat(secret).startsWith("whsec_").hasSize(50);
            assertThat(relay.get("/subscriptions").json())
                    .extracting(each -> each.get("id"), each -> each.get("url"))
                    .contains(
                            org.assertj.core.api.Assertions.tuple(made.get("id"), made.get("url")));
            assertThat(relay.get("/subscriptions").response().body()).doesNotContain(secret);
            assertThat(output.getAll()).doesNotContain(secret);
        }

        @Test
        void aGivenSecretIsKept() {
            String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

            Answer answer =
                    relay.post(
                            "/subscriptions",
                            "{\"url\":\"https://host/x?y=1\",\"secret\":\"" + secret + "\"}");

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.json().get("secret").stringValue()).isEqualTo(secret);
        }
    }

    @Test
    void chaosIsThereInItsProfileOnly() {
        assertProblem(relay.post("/chaos/kill?path=/ledger", ""), 404);
    }

    @Test
    void everyAnswerToAnUnknownAddressIsAProblem() {
        for (String path :
                List.of("/nowhere", "/page/nowhere.js", "/page", "/events", "/subscriptions/x")) {
            assertThat(relay.get(path).status()).isIn(404, 405);
            assertThat(relay.get(path).type()).startsWith("application/problem+json");
        }
    }
}
