/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Receiver.Arrival;
import dev.otp4j.sample.testkit.Relay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Subscriptions that the relay itself disables. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "relay.disable-after=1s",
            "relay.retry-schedule=20ms",
            "relay.sweep-interval=200ms",
            "relay.poll-interval=500ms"
        })
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class DisablingTests {
    private static final String TYPE = "relay.subscription.disabled";

    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;

    private final Receiver receiver = new Receiver();
    private final AtomicInteger status = new AtomicInteger(500);
    private Relay relay;

    @BeforeEach
    void client() {
        relay = new Relay(port);
        receiver.endpoint("/failing", arrival -> status.get());
    }

    @AfterEach
    void close() {
        for (JsonNode each : relay.get("/subscriptions").json()) {
            relay.delete("/subscriptions/" + each.get("id").stringValue());
        }
        receiver.close();
    }

    private String subscribe(String url, boolean operational) {
        var answer =
                relay.post(
                        "/subscriptions",
                        "{\"url\":\"%s\",\"operational\":%s}".formatted(url, operational));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertThat(answer.json().get("operational").booleanValue()).isEqualTo(operational);
        return answer.json().get("id").stringValue();
    }

    private String failing(boolean operational) {
        return subscribe(receiver.endpoint("/failing", arrival -> status.get()), operational);
    }

    private JsonNode shown(String id) {
        return relay.get("/subscriptions")
                .json()
                .valueStream()
                .filter(each -> each.get("id").stringValue().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private boolean isEnabled(String id) {
        return shown(id).get("enabled").booleanValue();
    }

    private void untilDisabled(String id) {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            relay.event("{}");
                            return !isEnabled(id);
                        });
    }

    private List<JsonNode> notices(String path) {
        return receiver.at(path).stream()
                .map(Arrival::body)
                .map(JsonMapper.shared()::readTree)
                .filter(body -> body.path("type").asString("").equals(TYPE))
                .toList();
    }

    @Test
    void aSubscriptionThatAlwaysFailsIsDisabledAndOperationalOnesAreTold(CapturedOutput output) {
        String failing = failing(false);
        subscribe(receiver.endpoint("/operator"), true);
        subscribe(receiver.endpoint("/other"), false);
        untilDisabled(failing);

        assertThat(shown(failing).get("problem").stringValue())
                .startsWith("all deliveries have failed for 0 h 0 min, ");
        await().until(() -> !notices("/operator").isEmpty());
        JsonNode data = notices("/operator").getFirst().get("data");
        assertThat(data.get("subscription").stringValue()).isEqualTo(failing);
        assertThat(data.get("cause").stringValue()).isEqualTo("failing");
        assertThat(data.get("reason")).isEqualTo(shown(failing).get("problem"));
        assertThat(notices("/operator")).hasSize(1);
        assertThat(notices("/other")).isEmpty();
        assertThat(output.getAll()).contains("subscription " + failing + " is disabled: all ");
    }

    @Test
    void whatIsPendingWaitsAndGoesOutInOrderWhenItIsEnabledAgain() {
        String failing = failing(false);
        untilDisabled(failing);
        List<String> waiting = List.of(relay.event("{}"), relay.event("{}"), relay.event("{}"));

        status.set(204);
        relay.patch("/subscriptions/" + failing, "{\"enabled\":true}");

        await().until(() -> receiver.idsAt("/failing").containsAll(waiting));
        assertThat(receiver.idsAt("/failing")).endsWith(waiting.toArray(String[]::new));
        assertThat(isEnabled(failing)).isTrue();
        assertThat(shown(failing).get("problem").isNull()).isTrue();
    }

    @Test
    void oneSuccessNowAndThenKeepsItEnabled() {
        var requests = new AtomicInteger();
        String url =
                receiver.endpoint("/flaky", a -> requests.incrementAndGet() % 5 == 0 ? 204 : 500);
        String flaky = subscribe(url, false);
        String failing = failing(false);

        untilDisabled(failing); // the other one has failed as long, but for some successes

        assertThat(requests.get()).isGreaterThan(10);
        assertThat(isEnabled(flaky)).isTrue();
    }

    @Test
    void aSubscriberThatIsGoneIsToldToo() {
        status.set(410);
        String gone = failing(false);
        subscribe(receiver.endpoint("/operator"), true);
        relay.event("{}");

        await().until(() -> !notices("/operator").isEmpty());

        JsonNode data = notices("/operator").getFirst().get("data");
        assertThat(data.get("subscription").stringValue()).isEqualTo(gone);
        assertThat(data.get("cause").stringValue()).isEqualTo("gone");
        assertThat(data.get("reason").stringValue()).isEqualTo("the subscriber answered 410");
    }

    @Test
    void theDisabledOneIsNotToldOfItself() {
        String failing = failing(true);
        subscribe(receiver.endpoint("/operator"), true);
        untilDisabled(failing);
        await().until(() -> !notices("/operator").isEmpty());

        status.set(204);
        relay.patch("/subscriptions/" + failing, "{\"enabled\":true}");
        String last = relay.event("{}");
        await().until(() -> receiver.idsAt("/failing").contains(last));

        assertThat(notices("/failing")).isEmpty();
    }

    @Test
    void aFlagThatIsNoFlagIsRefused() {
        assertThat(
                        relay.post(
                                        "/subscriptions",
                                        "{\"url\":\"http://localhost:1/\",\"operational\":\"yes\"}")
                                .status())
                .isEqualTo(400);
    }
}
