/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.page.LivePage.Running;
import dev.otp4j.sample.testkit.Browser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.WebElement;

/** Each view of the page shows the faults of the application. */
@ExtendWith(LivePage.class)
@Timeout(120) // the first test starts the application, its faults and the browser
class PageViewsTests {
    private final Running running;

    PageViewsTests(Running running) {
        this.running = running;
    }

    @Test
    void treeShowsStatesMailboxesAndTolerances() {
        Browser browser = running.open("");
        browser.showsEventually("#head", "relay", "running", "restarts", "stuck", "dropped");
        browser.showsEventually(
                ".tree", "ledger", "couriers", "invoices", "3 restarts", "NumberFormatException");
        browser.eventually(() -> assertThat(row(browser, "billing")).contains("3 of 4"));
        browser.eventually(() -> assertThat(row(browser, "printer")).contains("stuck"));
        browser.eventually(() -> assertThat(row(browser, "archive")).containsPattern("\\d,\\d{3}"));
        browser.picture("tree");
    }

    private static String row(Browser browser, String name) {
        return browser.all(".tree .row").stream()
                .map(WebElement::getText)
                .filter(text -> text.lines().anyMatch(name::equals))
                .findFirst()
                .orElse("");
    }

    @Test
    void aChildThatWaitsForItsRestartSaysWhenThatIs() {
        String wait = "restarting in 1\\d m( \\d+ s)?, attempt 1";
        Browser browser = running.open("#/tree");
        browser.eventually(() -> assertThat(row(browser, "supplier")).containsPattern(wait));
        String before = row(browser, "supplier");
        browser.eventually(() -> assertThat(row(browser, "supplier")).isNotEqualTo(before));
        browser.view("#/node/billing/suppliers/supplier");
        browser.eventually(() -> assertThat(browser.text("h1")).containsPattern(wait));
        browser.eventually(
                () ->
                        assertThat(browser.text("#view"))
                                .containsPattern("It has no process at the moment: it is " + wait));
        browser.view("#/actors?state=restarting");
        browser.eventually(
                () ->
                        assertThat(browser.all("tbody .state").stream().map(WebElement::getText))
                                .singleElement()
                                .asString()
                                .matches(wait));
    }

    @Test
    void treeShowsAFewChildrenOfAFactoryAndLinksToPagesOfAll() {
        Browser browser = running.open("#/tree");
        browser.showsEventually(".tree", Faults.SESSIONS + " children");
        assertThat(browser.text(".tree")).doesNotContain("more: list all");
        browser.click("[aria-label='Children of sessions']");
        browser.showsEventually(".tree", "220 more: list all " + Faults.SESSIONS);
        assertThat(browser.all(".tree .row").size()).isLessThan(100);
        browser.click(".more a");
        browser.showsEventually(".pager", "1 to 100 of " + Faults.SESSIONS);
        browser.click(".pager a.button");
        browser.showsEventually(".pager", "101 to 200 of " + Faults.SESSIONS);
        assertThat(browser.address()).contains("below=%2Fbilling%2Fsessions", "offset=100");
        assertThat(browser.all("tbody tr")).hasSize(100);
    }

    @Test
    void treeIsSearchedOnTheServer() {
        Browser browser = running.open("#/tree");
        browser.showsEventually(".tree", "ledger");
        browser.one("input[type=search]").sendKeys("SESSIONS/24");
        browser.showsEventually("#view", "11 processes of", "/billing/sessions/24");
        assertThat(browser.address()).endsWith("match=SESSIONS%2F24");
    }

    @Test
    void actorsAreSortedAndFilteredOnTheServer() {
        Browser browser = running.open("#/actors");
        browser.showsEventually("tbody tr:first-child", "/billing/archive", "Archive$Store");
        browser.eventually(() -> assertThat(browser.all("tbody .change")).isNotEmpty());
        browser.view("#/actors?sort=busy&state=stuck");
        browser.eventually(
                () ->
                        assertThat(browser.all("tbody .state").stream().map(WebElement::getText))
                                .isNotEmpty()
                                .allMatch("stuck"::equals));
        assertThat(browser.one("th[aria-sort]").getText()).startsWith("Busy for");
        assertThat(browser.one("th[aria-sort]").getAttribute("aria-sort")).isEqualTo("descending");
    }

    @Test
    void anActorShowsItsMessageItsStackAndItsLoadAndStaysOpen() {
        Browser browser = running.open("#/node/billing/archive");
        browser.showsEventually("h1", "archive", "running");
        browser.showsEventually("#view", "Messages waiting", "Messages handled", "/s");
        browser.eventually(() -> assertThat(browser.all(".spark polyline")).hasSize(2));
        browser.view("#/node/billing/printer");
        browser.showsEventually(
                "#view",
                "It has been handling Printer$Print for at least",
                "Printer.feed(Printer.java:",
                "com.example.billing.Printer");
        browser.click("details summary");
        String before = busy(browser);
        browser.eventually(() -> assertThat(busy(browser)).isNotEqualTo(before));
        assertThat(browser.all("details[open]")).hasSize(1);
        assertThat(browser.text("details[open]")).contains("java.util.concurrent.CountDownLatch");
        browser.picture("actor");
    }

    private static String busy(Browser browser) {
        return browser.script(
                "return [...document.querySelectorAll('.card p')].find(p => p.innerText.includes('handling')).innerText");
    }

    @Test
    void anActorShowsItsLastCrashesAndStarts() {
        Browser browser = running.open("#/node/billing/invoices");
        browser.showsEventually(
                "#view",
                "Last crashes",
                "NumberFormatException on Invoices$Bill",
                "restart, 3 of 4 restarts in PT1H",
                "life 3",
                "Ran again after");
        assertThat(browser.all(".crash").size()).isGreaterThanOrEqualTo(3);
        browser.picture("crashed-actor");
    }

    @Test
    void stuckHandlersWithEqualStacksAreOneEntry() {
        Browser browser = running.open("#/stuck");
        browser.showsEventually("#nav", "Stuck");
        browser.eventually(
                () -> {
                    List<String> cards =
                            browser.all(".card").stream().map(WebElement::getText).toList();
                    assertThat(cards)
                            .anyMatch(
                                    card ->
                                            card.startsWith("2 handlers at the same lines")
                                                    && card.contains("/billing/scanner-1")
                                                    && card.contains("/billing/scanner-2"))
                            .anyMatch(
                                    card ->
                                            card.contains("/billing/printer")
                                                    && card.contains("Paper.await(Paper.java:"))
                            .anyMatch(card -> card.contains("waits for /billing/discounts"));
                });
        browser.picture("stuck");
    }

    @Test
    void waitsMarkTheCircle() {
        Browser browser = running.open("#/waits");
        browser.showsEventually(
                ".circle", "2 wait for each other in a circle", "/billing/prices", " → ");
        browser.showsEventually("tbody", "/billing/discounts", "circle");
        browser.picture("waits");
    }

    @Test
    void crashesAreGrouped() {
        Browser browser = running.open("#/crashes");
        browser.showsEventually(
                "#view",
                "3 × NumberFormatException in invoices",
                "Invoices.amount(Invoices.java:",
                "restart, 3 of 4 restarts");
        browser.picture("crashes");
    }

    @Test
    void callsSayWhatTheCalleeDidInstead() {
        Browser browser = running.open("#/calls");
        browser.showsEventually(
                "#view", "timed out by printer", "it is handling Printer$Print", "/billing/mailer");
        browser.picture("calls");
    }

    @Test
    void timelineShowsWhatChangedSince() {
        Browser browser = running.open("#/timeline");
        browser.showsEventually(
                "tbody", "crashed", "restarted", "stuck", "call circle", "zombie found");
        browser.picture("timeline");
        browser.view("#/timeline?since=999999");
        browser.showsEventually("#view", "Nothing has happened.");
        browser.view("#/timeline?since=yesterday");
        browser.showsEventually("#banner", "'since' must be a sequence number or a time");
    }

    @Test
    void startShowsOrderAndDurations() {
        Browser browser = running.open("#/starts");
        browser.showsEventually("tbody tr:first-child", "1", "/ledger");
        browser.showsEventually("tbody", "/billing/catalogue", "restart");
        assertThat(browser.text("tbody")).containsPattern("/billing/catalogue 1\\.\\d s start");
        assertThat(browser.all("tbody .bar").size()).isGreaterThan(10);
        browser.picture("starts");
    }

    @Test
    void droppedMessagesHaveAReason() {
        Browser browser = running.open("#/dropped");
        browser.showsEventually("tbody", "1,000", "dead", "sessions", "Billing$Input");
        browser.picture("dropped");
    }

    @Test
    void budgetsShowWhichSupervisorIsNearToGivingUp() {
        Browser browser = running.open("#/budgets");
        browser.showsEventually("tbody tr:first-child", "/billing", "75 %");
        browser.picture("budgets");
    }

    @Test
    void runtimeShowsCarriersHeapTimersAndZombies() {
        Browser browser = running.open("#/runtime");
        browser.showsEventually(
                "#view",
                "threads carry a virtual thread",
                "Heap",
                "Timers",
                "1 dead process has code that still runs",
                "/billing/ghost");
        browser.picture("runtime");
    }
}
