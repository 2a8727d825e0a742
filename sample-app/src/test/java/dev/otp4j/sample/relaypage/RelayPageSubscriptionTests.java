/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relaypage;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.otp4j.sample.relaypage.LiveRelay.Running;
import dev.otp4j.sample.testkit.Axe;
import dev.otp4j.sample.testkit.Browser;
import dev.otp4j.sample.testkit.Receiver;
import dev.otp4j.sample.testkit.Receiver.Arrival;
import java.net.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What can be done to subscriptions on the page, and what it shows of them. */
@ExtendWith(LiveRelay.class)
@Timeout(120)
class RelayPageSubscriptionTests {
    private final Running running;

    RelayPageSubscriptionTests(Running running) {
        this.running = running;
    }

    @Test
    void aSubscriptionIsAddedPausedEnabledAndDeleted() {
        Browser browser = running.open();
        browser.click("[data-do=add]");
        browser.fill("dialog input[name=url]", "http://localhost:9/new");
        browser.click("dialog button[type=submit]");
        browser.showsEventually("dialog", "It is shown now and never again");
        assertThat(browser.one("dialog input").getAttribute("value")).startsWith("whsec_");
        browser.click("dialog .primary");
        browser.showsEventually("#subscriptions", "localhost:9/new");

        String added = "[aria-label$='localhost:9/new']";
        browser.click("[data-do=pause]" + added);
        browser.showsEventually("#said", "Paused");
        browser.showsEventually("#subscriptions", "Paused");
        browser.click("[data-do=enable]" + added);
        browser.eventually(() -> assertThat(browser.all("[data-do=pause]" + added)).hasSize(1));

        browser.click("[data-do=delete]" + added);
        browser.showsEventually("dialog", "Delete this subscription?", "http://localhost:9/new");
        browser.click("dialog button[type=submit]");
        browser.eventually(
                () -> assertThat(browser.text("#subscriptions")).doesNotContain("localhost:9/new"));
    }

    @Test
    void aQuestionThatIsNotAnsweredDeletesNothing() {
        Browser browser = running.open();

        browser.click("[data-do=delete]");
        browser.click("dialog button[type=button]");

        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
        assertThat(running.relay().get("/subscriptions").json()).hasSize(1);
    }

    // ---- the secret

    @Test
    void aSecretIsRotatedAndShownOnceWithTheEndOfTheOldOne() throws Exception {
        Browser browser = running.open();
        try (var receiver = new Receiver()) {
            JsonNode made = running.relay().subscribe(receiver.endpoint("/rotated"));
            String row = "[aria-label$='/rotated']";
            browser.click("[data-do=rotate]" + row);
            browser.showsEventually("dialog", "Rotate the secret?", "/rotated");
            assertThat(Axe.violations(browser)).isEmpty();

            browser.click("dialog button[type=submit]");

            browser.showsEventually("dialog", "It is shown now and never again");
            String fresh = browser.one("dialog input").getAttribute("value");
            assertThat(fresh).startsWith("whsec_").isNotEqualTo(made.get("secret").stringValue());
            JsonNode listed = running.listed(made.get("id").stringValue());
            assertThat(browser.one("dialog time").getAttribute("datetime"))
                    .isEqualTo(listed.get("oldSecretUntil").stringValue());
            assertThat(Axe.violations(browser)).isEmpty();
            browser.picture("relay-secret");

            browser.click("dialog .primary");
            browser.showsEventually("#subscriptions", "Old secret", "valid until");
            assertThat(browser.pageSource()).doesNotContain(fresh);
            browser.click("[data-do=test]" + row);
            browser.eventually(() -> assertThat(receiver.at("/rotated")).hasSize(1));
            verify(fresh, receiver.at("/rotated").getFirst());
            verify(made.get("secret").stringValue(), receiver.at("/rotated").getFirst());
        }
    }

    /** By the library of Standard Webhooks, which throws an exception if it does not fit. */
    private static void verify(String secret, Arrival arrival) throws Exception {
        var headers = HttpHeaders.of(arrival.headers(), (name, value) -> true);
        new Webhook(secret).verify(arrival.body(), headers);
    }

    @Test
    void aQuestionThatIsNotAnsweredRotatesNothing() {
        Browser browser = running.open();
        String id = running.relay().subscribe("http://localhost:9/kept").get("id").stringValue();

        browser.click("[data-do=rotate][aria-label$='localhost:9/kept']");
        browser.click("dialog button[type=button]");

        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
        assertThat(running.listed(id).get("oldSecretUntil").isNull()).isTrue();
    }

    @Test
    void theRotationThatIsOneTooManyIsRefusedWithItsReason() {
        Browser browser = running.open();
        String id = running.relay().subscribe("http://localhost:9/many").get("id").stringValue();
        String path = "/subscriptions/" + id + "/secret/rotate";
        while (running.relay().post(path, "{}").status() == 200) {}

        browser.click("[data-do=rotate][aria-label$='localhost:9/many']");
        browser.click("dialog button[type=submit]");

        browser.showsEventually("dialog .problem", "four secrets already", "(409)");
    }

    @Test
    void aSecretOfOnesOwnReplacesTheOldOne() {
        Browser browser = running.open();
        running.relay().subscribe("http://localhost:9/own");
        String own = "whsec_" + "QUJD".repeat(8);

        browser.click("[data-do=rotate][aria-label$='localhost:9/own']");
        browser.fill("dialog input[name=secret]", "short");
        browser.click("dialog button[type=submit]");
        browser.showsEventually("dialog .problem", "(400)");
        browser.fill("dialog input[name=secret]", own);
        browser.click("dialog button[type=submit]");

        browser.showsEventually("dialog", "It is shown now and never again");
        assertThat(browser.one("dialog input").getAttribute("value")).isEqualTo(own);
    }

    @Test
    void afterTheSecretTheFocusIsWhereItWas() {
        Browser browser = running.open();
        running.relay().subscribe("http://localhost:9/focus");
        String button = "[data-do=rotate][aria-label$='localhost:9/focus']";
        browser.click(button);
        browser.click("dialog button[type=submit]");
        browser.showsEventually("dialog", "It is shown now and never again");

        browser.click("dialog .primary");

        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
        assertThat(
                        browser.<Boolean>script(
                                "return document.activeElement.matches(arguments[0])", button))
                .isTrue();
    }

    // ---- operational events

    @Test
    void aSubscriptionIsAddedForOperationalEvents() {
        Browser browser = running.open();
        add(browser, "http://localhost:9/plain", false);
        add(browser, "http://localhost:9/told", true);

        browser.showsEventually(row("told"), "Operational events", "yes");
        assertThat(browser.text(row("plain"))).doesNotContain("Operational events");
        assertThat(operational("told")).isTrue();
        assertThat(operational("plain")).isFalse();
        browser.picture("relay-operational");
    }

    @Test
    void aSubscriptionIsToldOfOthersUntilThatIsEnded() {
        Browser browser = running.open();
        add(browser, "http://localhost:9/later", false);

        browser.click(row("later") + " [data-do=tell]");
        browser.showsEventually(row("later"), "Operational events", "yes");
        assertThat(operational("later")).isTrue();

        browser.click(row("later") + " [data-do=tell-no-more]");
        browser.eventually(() -> assertThat(operational("later")).isFalse());
        browser.eventually(
                () -> assertThat(browser.all(row("later") + " [data-do=tell]")).hasSize(1));
    }

    private static void add(Browser browser, String url, boolean operational) {
        browser.click("[data-do=add]");
        browser.fill("dialog input[name=url]", url);
        if (operational) browser.click("dialog input[name=operational]");
        browser.click("dialog button[type=submit]");
        browser.click("dialog .primary:not([type=submit])");
        browser.showsEventually("#subscriptions", url.replace("http://", ""));
    }

    private static String row(String path) {
        return "#subscriptions li:has([aria-label$='localhost:9/" + path + "'])";
    }

    private boolean operational(String path) {
        for (JsonNode each : running.relay().get("/subscriptions").json()) {
            if (each.get("url").stringValue().endsWith("/" + path)) {
                return each.get("operational").booleanValue();
            }
        }
        throw new AssertionError("no subscription " + path);
    }
}
