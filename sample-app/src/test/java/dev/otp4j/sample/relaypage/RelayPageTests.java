/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relaypage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.relaypage.LiveRelay.Running;
import dev.otp4j.sample.testkit.Browser;
import dev.otp4j.sample.testkit.Relay.Answer;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What the page shows of deliveries, crashes and recoveries, and what can be done on it. */
@ExtendWith(LiveRelay.class)
@Timeout(120)
class RelayPageTests {
    private static final String NEWEST = "#deliveries tbody tr:first-child";

    private final Running running;

    RelayPageTests(Running running) {
        this.running = running;
    }

    /** Sends an event on the page; returns its id. */
    private static String send(Browser browser, String type) {
        browser.fill("#event-type", type);
        browser.click("[data-do=send]");
        browser.showsEventually("#send .outcome", "Accepted and on the disk");
        return browser.text("#send .outcome").replaceAll(".*: ", "");
    }

    private static String row(String event) {
        return "#deliveries tr[data-event='" + event + "']";
    }

    // ---- deliveries

    @Test
    void aDeliveryIsSeenLive() {
        Browser browser = running.open();

        String event = send(browser, "order.created");

        browser.showsEventually(row(event), "delivered", "status 204");
        browser.showsEventually("#demo .arrivals li", "signature verified", "order.created");
        browser.showsEventually("#live", "live");
    }

    @Test
    void tenEventsArriveInOrder() {
        Browser browser = running.open();
        long before = received();

        browser.click("[data-do=send-ten]");

        browser.showsEventually("#send .outcome", "10 events accepted");
        browser.eventually(() -> assertThat(received()).isEqualTo(before + 10));
        browser.showsEventually("#demo h3", "Received: " + (before + 10));
    }

    private long received() {
        return running.relay().get("/demo/receiver").json().get("received").asLong();
    }

    @Test
    void aReceiverThatFailsShowsRetriesAndThenTheFailure() {
        Browser browser = running.open();
        browser.click("#mode-failing");
        browser.showsEventually("#demo", "Answers with 500");

        String event = send(browser, "order.created");
        // one after another, so that one is retried also when the page of a busy machine is late
        for (int n = 0; n < 4; n++) running.relay().event("{\"type\":\"order.created\"}");

        browser.showsEventually("#deliveries", "retrying", "status 500", "again");
        browser.showsEventually("#subscriptions", "Retrying", "Last error", "status 500");
        browser.picture("relay-retrying");
        browser.showsEventually(row(event), "failed", "5");
        browser.choose("[data-filter=state]", "failed");
        browser.showsEventually(NEWEST, "failed");
        browser.eventually(
                () -> assertThat(browser.all("#deliveries tbody tr.delivered")).isEmpty());
    }

    @Test
    void aReceiverThatIsDownGetsItsDeliveriesWhenItIsBack() {
        Browser browser = running.open();
        browser.click("#mode-down");
        browser.showsEventually("#demo", "Its port is closed");

        // not by the page: on a busy machine the delivery could have failed before the next click
        String event = running.relay().event("{\"type\":\"order.created\"}");
        Awaitility.await().until(() -> !attempts(event).isEmpty());
        running.receiver("healthy");

        browser.showsEventually(row(event), "delivered");
        assertThat(attempts(event)).first().isEqualTo("connection refused");
        assertThat(attempts(event)).last().isEqualTo("null");
    }

    /** What each attempt has failed with, the first one first; the last one may have succeeded. */
    private List<String> attempts(String event) {
        String path = "/events/" + event + "/attempts?subscription=";
        var errors = new ArrayList<String>();
        for (JsonNode each :
                running.relay().get(path + running.subscription().get("id").asString()).json()) {
            errors.addFirst(each.get("error").asString("null"));
        }
        return errors;
    }

    @Test
    void theDetailsOfAnEventSayWhatBecameOfIt() {
        Browser browser = running.open();
        String event = send(browser, "order.paid");

        browser.click(row(event) + " button");

        browser.eventually(
                () ->
                        assertThat(browser.one("dialog input").getAttribute("value"))
                                .isEqualTo(event));
        browser.showsEventually("dialog", "delivered after 1 attempt");
    }

    @Test
    void aFailedDeliveryIsRetried() {
        Browser browser = running.open();
        String event = failed(browser, "invoice.retry");

        browser.click(row(event) + " [data-do=retry]");

        browser.showsEventually("#said", "It is delivered again");
        browser.showsEventually(row(event), "delivered", "status 204");
        browser.click(row(event) + " button");
        browser.showsEventually("dialog", "delivered after 6 attempts", "status 500");
        browser.picture("relay-attempts");
    }

    @Test
    void allFailedDeliveriesAreReplayed() {
        Browser browser = running.open();
        List<String> events =
                List.of(failed(browser, "invoice.one"), failed(browser, "invoice.two"));

        browser.click("[data-do=replay]");
        browser.click("dialog button[type=submit]");

        browser.showsEventually("#said", "The replay has begun");
        for (String event : events) browser.showsEventually(row(event), "delivered");
    }

    /** Sends an event to the failing demo receiver, which is healthy afterwards. */
    private String failed(Browser browser, String type) {
        running.receiver("failing");
        String event = send(browser, type);
        browser.showsEventually(row(event), "failed", type, "Retry");
        running.receiver("healthy");
        return event;
    }

    @Test
    void aTestEventGoesToItsSubscriptionOnly() {
        Browser browser = running.open();

        browser.click("[data-do=test]");

        browser.showsEventually("#said", "The test event is accepted: evt_");
        browser.showsEventually(NEWEST, "delivered", "webhook.test");
    }

    @Test
    void eventTypesAreChosen() {
        Browser browser = running.open();
        browser.click("[data-do=types]");
        browser.fill("dialog input[name=types]", "order.*, customer.deleted");
        browser.click("dialog button[type=submit]");
        browser.showsEventually("#subscriptions", "order.*, customer.deleted");

        String other = send(browser, "invoice.sent");
        String wanted = send(browser, "order.paid");

        browser.showsEventually(row(wanted), "delivered");
        assertThat(browser.all(row(other))).isEmpty();

        browser.click("[data-do=types]");
        browser.fill("dialog input[name=types]", "a..b*c");
        browser.click("dialog button[type=submit]");
        browser.showsEventually("dialog .problem", "(400)");
        browser.fill("dialog input[name=types]", "");
        browser.click("dialog button[type=submit]");
        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
    }

    // ---- crashes

    @Test
    void aCourierThatIsKilledIsRestartedAndDelivers() {
        crash("courier");
    }

    @Test
    void aLedgerThatIsKilledIsRestartedAndNothingIsLost() {
        crash("ledger");
    }

    private void crash(String process) {
        Browser browser = running.open();
        browser.showsEventually("#chaos", "Kill the " + process);

        browser.click("[data-do=kill-" + process + "]");

        browser.showsEventually(
                "#chaos .steps",
                "Killed the " + process,
                "is accepted and on the disk",
                "has started the " + process + " again: restart ",
                "is delivered");
        assertThat(browser.all("#chaos .steps li")).hasSize(4);
        browser.eventually(
                () -> assertThat(browser.one("[data-do=kill-ledger]").isEnabled()).isTrue());
        browser.picture("relay-crash-" + process);
    }

    // ---- what is refused

    @Test
    void aRefusalIsShownWithItsText() {
        Browser browser = running.open();
        Answer refused = running.relay().post("/subscriptions", "{\"url\":\"nonsense\"}");

        browser.click("[data-do=add]");
        browser.fill("dialog input[name=url]", "nonsense");
        browser.click("dialog button[type=submit]");

        browser.showsEventually(
                "dialog .problem", refused.json().get("detail").stringValue(), "(400)");
        browser.picture("relay-refused");
    }

    @Test
    void dataThatIsNotJsonIsNotSent() {
        Browser browser = running.open();
        browser.requests();

        browser.fill("#event-data", "{\"a\": ");
        browser.click("[data-do=send]");

        browser.showsEventually("#send .outcome", "The data is not valid JSON");
        assertThat(browser.requests()).noneMatch(request -> request.endsWith("/events"));
    }

    @Test
    void saysSinceWhenTheRelayDoesNotAnswer() {
        Browser browser = running.open();
        browser.offline(true);
        try {
            browser.showsEventually("#banner", "The relay cannot be reached", "No answer since");
            browser.showsEventually("#live", "no answer");
            browser.picture("relay-gone");
        } finally {
            browser.offline(false);
        }
        browser.eventually(() -> assertThat(browser.text("#banner")).isEmpty());
        browser.showsEventually("#live", "live");
    }

    // ---- a database that answers, and refuses what is written

    @Test
    void aRelayThatCannotStoreResultsSaysSoAndGoesOnAfterwards() {
        Browser browser = running.open();
        var database = running.context().getBean(JdbcClient.class);
        database.sql("ALTER TABLE delivery ADD CONSTRAINT none CHECK (position < 0) NOCHECK")
                .update();
        String event;
        try {
            event = send(browser, "order.created");
            browser.showsEventually("#banner", "The relay cannot store results of deliveries: ");
            browser.picture("relay-cannot-write");
            Answer health = running.relay().get("/actuator/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().get("status").stringValue()).isEqualTo("DOWN");
        } finally {
            database.sql("ALTER TABLE delivery DROP CONSTRAINT none").update();
        }
        browser.showsEventually(row(event), "delivered");
        browser.eventually(() -> assertThat(browser.text("#banner")).isEmpty());
        assertThat(running.relay().get("/actuator/health").status()).isEqualTo(200);
    }
}
