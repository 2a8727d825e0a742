/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Receiver.Arrival;
import dev.otp4j.sample.testkit.Relay;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"relay.secret-overlap=5s", "relay.poll-interval=60s"})
@ActiveProfiles("chaos")
@Timeout(60)
class SecretRotationTests {
    @TempDir static Path folder;

    @DynamicPropertySource
    static void dataDir(DynamicPropertyRegistry properties) {
        properties.add("relay.data-dir", () -> folder.toString());
    }

    @LocalServerPort int port;
    @Autowired JdbcClient jdbc;

    private final Receiver receiver = new Receiver();
    private Relay relay;
    private JsonNode subscription;

    @BeforeEach
    void subscribe() {
        relay = new Relay(port);
        subscription = relay.subscribe(receiver.endpoint("/hook"));
    }

    @AfterEach
    void close() {
        relay.delete("/subscriptions/" + id());
        receiver.close();
    }

    private String id() {
        return subscription.get("id").stringValue();
    }

    private Answer rotate(String json) {
        return relay.post("/subscriptions/" + id() + "/secret/rotate", json);
    }

    private String rotated() {
        Answer answer = rotate("{}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().get("secret").stringValue();
    }

    private Arrival delivered() {
        String event = relay.event("{\"text\":\"grün\"}");
        return await().until(
                        () ->
                                receiver.at("/hook").stream()
                                        .filter(arrival -> arrival.id().equals(event))
                                        .findFirst()
                                        .orElse(null),
                        Objects::nonNull);
    }

    private static boolean verifies(String secret, Arrival arrival) {
        try {
            var headers = HttpHeaders.of(arrival.headers(), (name, value) -> true);
            new Webhook(secret).verify(arrival.body(), headers);
            return true;
        } catch (WebhookVerificationException | EmptyWebhookSecretException e) {
            return false;
        }
    }

    private static int signatures(Arrival arrival) {
        return arrival.headers().get("Webhook-signature").getFirst().split(" ").length;
    }

    /** The courier has delivered before, and so goes on from memory. */
    @Test
    void bothSecretsVerifyForTheOverlapAndThenTheNewOneAlone() {
        String old = subscription.get("secret").stringValue();
        assertThat(verifies(old, delivered())).isTrue();

        Answer answer = rotate("{}");
        String fresh = answer.json().get("secret").stringValue();
        Arrival during = delivered();

        assertThat(signatures(during)).isEqualTo(2);
        assertThat(verifies(fresh, during)).isTrue();
        assertThat(verifies(old, during)).isTrue();
        Instant until = Instant.parse(answer.json().get("oldSecretUntil").stringValue());
        assertThat(until).isBetween(Instant.now(), Instant.now().plusSeconds(5));
        assertThat(listed().get("oldSecretUntil").stringValue()).isNotEmpty();

        Arrival after =
                await().atMost(Duration.ofSeconds(20))
                        .until(this::delivered, arrival -> signatures(arrival) == 1);
        assertThat(Instant.now()).isAfterOrEqualTo(until);
        assertThat(verifies(fresh, after)).isTrue();
        assertThat(verifies(old, after)).isFalse();
        assertThat(listed().get("oldSecretUntil").isNull()).isTrue();
    }

    private JsonNode listed() {
        return relay.get("/subscriptions")
                .json()
                .valueStream()
                .filter(each -> each.get("id").equals(subscription.get("id")))
                .findFirst()
                .orElseThrow();
    }

    /** Also for those that are under way: the courier has read them before. */
    @Test
    void aRotationCountsForEachRequestThatBeginsAfterItsAnswer() {
        var posted = new CountDownLatch(1);
        var newest = new AtomicReference<>(subscription.get("secret").stringValue());
        var signedWithIt = new CopyOnWriteArrayList<Boolean>();
        receiver.endpoint(
                "/hook",
                arrival -> {
                    await().until(() -> posted.getCount() == 0);
                    signedWithIt.add(verifies(newest.get(), arrival));
                    if (signedWithIt.size() % 8 == 4) newest.set(rotated());
                    return 204;
                });
        for (int n = 0; n < 24; n++) relay.event("{}");

        posted.countDown();

        await().until(() -> signedWithIt.size() >= 24);
        assertThat(newest.get()).isNotEqualTo(subscription.get("secret").stringValue());
        assertThat(signedWithIt).containsOnly(true);
    }

    @Test
    void theNewSignatureComesFirst() {
        String given = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

        assertThat(rotate("{\"secret\":\"" + given + "\"}").json().get("secret").stringValue())
                .isEqualTo(given);

        Arrival arrival = delivered();
        String first = arrival.headers().get("Webhook-signature").getFirst().split(" ")[0];
        var alone = new HashMap<>(arrival.headers());
        alone.put("Webhook-signature", List.of(first));
        assertThat(verifies(given, new Arrival("/", alone, arrival.body(), 0))).isTrue();
    }

    @Test
    void aSecondRotationKeepsAllSecretsThatAreStillValidUpToFour() {
        String first = subscription.get("secret").stringValue();
        String second = rotated();
        String third = rotated();
        Arrival arrival = delivered();

        assertThat(signatures(arrival)).isEqualTo(3);
        for (String secret : new String[] {first, second, third}) {
            assertThat(verifies(secret, arrival)).isTrue();
        }
        rotated();
        assertThat(rotate("{}").status()).isEqualTo(409);
        await().atMost(Duration.ofSeconds(20)).until(() -> rotate("{}").status() == 200);
    }

    @Test
    void anOldSecretThatCannotBeReadDoesNotBreakTheNewOne() {
        String fresh = rotated();
        jdbc.sql(
                        "UPDATE subscription SET old_secrets = '2999-01-01T00:00:00Z whsec_%' WHERE id = ?")
                .param(id())
                .update();
        relay.kill("/relay/couriers/" + id());

        Arrival arrival = delivered();

        assertThat(signatures(arrival)).isEqualTo(1);
        assertThat(verifies(fresh, arrival)).isTrue();
    }

    @Test
    void aSecretThatCannotBeReadIsMendedByARotation() {
        jdbc.sql("UPDATE subscription SET secret = 'broken' WHERE id = ?").param(id()).update();
        assertThat(listed().get("problem").stringValue()).contains("its secret cannot be read");

        String fresh = rotated();

        assertThat(listed().get("problem").isNull()).isTrue();
        assertThat(verifies(fresh, delivered())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"secret\":1}",
                "{\"secret\":\"\"}",
                "{\"secret\":\"whsec_AAAA\"}",
                "{\"secret\":\"whsec_%\"}",
                "[]",
                ""
            })
    void whatIsRefusedAtTheCreationIsRefusedHere(String body) {
        Answer answer = rotate(body);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(verifies(subscription.get("secret").stringValue(), delivered())).isTrue();
    }

    @Test
    void aSubscriptionThatIsNotThereIsNotFound() {
        assertThat(relay.post("/subscriptions/no/secret/rotate", "{}").status()).isEqualTo(404);
    }

    @Test
    void aRotationIsMadeOnceAlthoughTheLedgerIsKilled() {
        for (int n = 0; n < 3; n++) {
            Thread killer = Thread.startVirtualThread(() -> relay.kill("/ledger"));
            String fresh = rotated();
            assertThat(
                            jdbc.sql("SELECT secret FROM subscription WHERE id = ?")
                                    .param(id())
                                    .query(String.class)
                                    .single())
                    .isEqualTo(fresh);
            assertThat(signatures(delivered())).isEqualTo(n + 2);
            await().until(() -> !killer.isAlive());
        }
    }
}
