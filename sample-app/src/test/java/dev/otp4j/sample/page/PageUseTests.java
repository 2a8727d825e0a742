/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.page.LivePage.Running;
import dev.otp4j.sample.testkit.Axe;
import dev.otp4j.sample.testkit.Browser;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page by keyboard, for a screen reader, in the dark, in a narrow window; what it asks for. */
@ExtendWith(LivePage.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180) // the first test that needs it looks at all views
class PageUseTests {
    private static final List<String> VIEWS =
            List.of(
                    "tree",
                    "actors",
                    "node",
                    "node/billing/printer",
                    "node/billing/invoices",
                    "node/billing/sessions",
                    "stuck",
                    "waits",
                    "crashes",
                    "calls",
                    "dropped",
                    "parked",
                    "timeline",
                    "starts",
                    "budgets",
                    "runtime");

    private static final int NARROW = 360;

    private final Running running;
    private @Nullable Tour tour;

    PageUseTests(Running running) {
        this.running = running;
    }

    /**
     * One view of the page.
     *
     * @param light the rules for accessible pages that it breaks
     * @param dark those for colors that it breaks in the dark
     * @param width how wide it is in a narrow window, in pixels
     * @param foreign what only a text that was read as HTML can have made
     */
    private record Seen(
            String view, List<String> light, List<String> dark, long width, List<String> foreign) {}

    /** All views, one after another, with what the browser has asked for and its errors. */
    private record Tour(List<Seen> views, List<String> requests, List<String> errors) {}

    /** Made once for all tests: each view takes its time. */
    private Tour tour() {
        if (tour != null) return tour;
        Browser browser = running.open("");
        browser.requests();
        browser.errors();
        browser.open(running.address() + "#/tree");
        List<Seen> views = VIEWS.stream().map(view -> see(browser, view)).toList();
        tour = new Tour(views, browser.requests(), browser.errors());
        return tour;
    }

    private static Seen see(Browser browser, String view) {
        browser.usual();
        browser.view("#/" + view);
        List<String> light = Axe.violations(browser);
        browser.scheme("dark");
        List<String> dark = Axe.violationsOfColors(browser);
        browser.scheme("light");
        browser.size(NARROW, 740);
        long width = browser.<Long>script("return document.documentElement.scrollWidth");
        browser.picture("narrow-" + view.replace('/', '-'));
        return new Seen(view, light, dark, width, foreign(browser));
    }

    private static List<String> foreign(Browser browser) {
        return browser.script(
                """
                const found = [...document.querySelectorAll('img, #view b b, iframe, object')];
                return found.map(one => one.outerHTML).concat(window.hacked ? ['a script has run'] : []);
                """);
    }

    @Test
    void theseAreAllViews() {
        Browser browser = running.open("");
        browser.showsEventually("#nav", "Tree");
        assertThat(browser.all("#nav a"))
                .extracting(link -> link.getAttribute("href").replaceAll(".*#/", ""))
                .isSubsetOf(VIEWS)
                .hasSizeGreaterThan(10);
    }

    // ---- how it is read

    @Test
    void isAccessible() {
        for (Seen seen : tour().views()) {
            assertThat(seen.light()).as("%s, light", seen.view()).isEmpty();
            assertThat(seen.dark()).as("%s, dark", seen.view()).isEmpty();
        }
    }

    @Test
    void followsTheSchemeOfTheSystem() {
        Browser browser = running.open("");
        browser.showsEventually(".tree", "ledger");
        String light = background(browser);
        browser.scheme("dark");
        browser.eventually(() -> assertThat(background(browser)).isNotEqualTo(light));
        browser.picture("tree-dark");
        browser.view("#/node/billing/printer");
        browser.picture("actor-dark");
    }

    private static String background(Browser browser) {
        return browser.script("return getComputedStyle(document.body).backgroundColor");
    }

    @Test
    void aNarrowWindowNeedsNoScrollingToTheSide() {
        for (Seen seen : tour().views()) {
            assertThat(seen.width()).as(seen.view()).isLessThanOrEqualTo(NARROW);
        }
    }

    @Test
    void goesByKeyboardAlone() {
        Browser browser = running.open("#/tree");
        browser.showsEventually(".tree", "billing");
        browser.tab();
        assertThat(browser.focused()).isEqualTo("Skip to the content");
        browser.press(Keys.ENTER);
        assertThat(browser.<String>script("return document.activeElement.id")).isEqualTo("main");
        for (int i = 0; i < 30 && !inTree(browser); i++) browser.tab();
        browser.press(Keys.HOME);
        assertThat(browser.focused()).isEqualTo("root");
        browser.press(Keys.ARROW_DOWN);
        assertThat(browser.focused()).isEqualTo("ledger");
        browser.press(Keys.ARROW_DOWN);
        assertThat(browser.focused()).isEqualTo("results");
        browser.press(Keys.ARROW_DOWN);
        assertThat(browser.focused()).isEqualTo("relay");
        browser.press(Keys.ARROW_LEFT);
        assertThat(fold(browser, "relay")).isEqualTo("false");
        browser.press(Keys.ARROW_RIGHT);
        assertThat(fold(browser, "relay")).isEqualTo("true");
        browser.press(Keys.ARROW_RIGHT);
        assertThat(browser.focused()).isEqualTo("handover");
        staysFocused(browser, "handover");
        browser.press(Keys.ENTER);
        browser.showsEventually("h1", "handover");
    }

    private static boolean inTree(Browser browser) {
        return browser.script("return document.activeElement.closest('.tree') !== null");
    }

    private static String fold(Browser browser, String name) {
        return browser.one("[aria-label='Children of %s']".formatted(name))
                .getAttribute("aria-expanded");
    }

    /** Over the next answers. */
    private static void staysFocused(Browser browser, String text) {
        long before = answers(browser);
        browser.eventually(() -> assertThat(answers(browser)).isGreaterThan(before + 1));
        assertThat(browser.focused()).isEqualTo(text);
    }

    private static long answers(Browser browser) {
        return browser.<Long>script(
                "return performance.getEntriesByType('resource').filter(e => /actuator\\/otp[?\\/]/.test(e.name)).length");
    }

    // ---- what it asks for

    @Test
    void asksItsOwnServerAlone() {
        String origin = "http://" + URI.create(running.address()).getAuthority() + "/";
        assertThat(tour().requests())
                .hasSizeGreaterThan(20)
                .allMatch(sent -> sent.startsWith(origin));
        assertThat(tour().errors()).isEmpty();
    }

    @Test
    void asksOnceForEachRefresh() {
        Browser browser = running.open("#/actors");
        browser.showsEventually("tbody", "/billing/archive");
        browser.eventually(() -> assertThat(answers(browser)).isGreaterThan(3));
        List<Number> begins =
                browser.script(
                        "return performance.getEntriesByType('resource').filter(e => /actuator\\/otp[?\\/]/.test(e.name)).map(e => e.startTime)");
        for (int i = 1; i < begins.size(); i++) {
            double pause = begins.get(i).doubleValue() - begins.get(i - 1).doubleValue();
            assertThat(pause).as("milliseconds before request %d", i).isGreaterThan(990);
        }
    }

    @Test
    void asksNothingWhileItIsHidden() {
        Browser browser = running.open("#/actors");
        browser.showsEventually("tbody", "/billing/archive");
        hide(browser, true);
        long before = answers(browser);
        Awaitility.await()
                .during(Duration.ofMillis(2_500))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(answers(browser)).isLessThanOrEqualTo(before + 1));
        hide(browser, false);
        browser.eventually(() -> assertThat(answers(browser)).isGreaterThan(before + 2));
    }

    private static void hide(Browser browser, boolean hidden) {
        browser.script(
                "Object.defineProperty(document, 'hidden', { configurable: true, get: () => "
                        + hidden
                        + " }); document.dispatchEvent(new Event('visibilitychange'))");
    }

    // ---- texts of the application

    @Test
    void aNameIsNeverReadAsHtml() {
        Browser browser = running.open("#/tree");
        browser.showsEventually(".tree", Faults.HOSTILE);
        browser.eventually(
                () ->
                        browser.all(".tree a").stream()
                                .filter(link -> link.getText().equals(Faults.HOSTILE))
                                .findFirst()
                                .orElseThrow()
                                .click());
        browser.showsEventually("h1", Faults.HOSTILE);
        browser.view("#/actors?match=onerror");
        browser.showsEventually("tbody", Faults.HOSTILE);
        browser.view("#/crashes");
        browser.showsEventually("#view", "Character < is neither");
        assertThat(browser.<Object>script("return window.hacked")).isNull();
        for (Seen seen : tour().views()) assertThat(seen.foreign()).as(seen.view()).isEmpty();
    }

    // ---- addresses and copies

    @Test
    void anAddressShowsTheSameAgain() {
        Browser browser = running.open("#/actors?sort=restarts&state=running&match=billing");
        browser.showsEventually("tbody tr:first-child", "/billing/invoices");
        assertThat(browser.one("select[class], .filters select").getAttribute("value"))
                .isEqualTo("running");
        assertThat(browser.one("input[type=search]").getAttribute("value")).isEqualTo("billing");
        browser.click("tbody tr:first-child a");
        browser.showsEventually("h1", "invoices");
        assertThat(browser.address()).endsWith("#/node/billing/invoices");
    }

    private static String copied(Browser browser, String button) {
        browser.script(
                "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }");
        browser.eventually(
                () ->
                        browser.all(".viewhead button").stream()
                                .filter(one -> one.getText().equals(button))
                                .findFirst()
                                .orElseThrow()
                                .click());
        browser.showsEventually("#said", "Copied");
        return browser.script("return window.copied");
    }

    @Test
    void isCopiedAsMarkdownAndMermaid() {
        Browser browser = running.open("#/tree");
        browser.showsEventually(".tree", "billing");
        assertThat(copied(browser, "Copy as Markdown"))
                .contains("### Tree", "relay, running", "- `root` supervisor, running")
                .contains("  - `billing` supervisor, running, tolerance 3 of 4")
                .contains("`` <img src=x onerror=");
        assertThat(copied(browser, "Copy as Mermaid"))
                .startsWith("flowchart TD\n  n0[\"root\"]")
                .contains("(\"printer (stuck)\")", "#lt;img src=x onerror=#quot;")
                .doesNotContain("<img");
        browser.view("#/node/billing/printer");
        assertThat(copied(browser, "Copy as Markdown"))
                .contains("### /billing/printer", "- state: stuck", "Printer.feed(Printer.java:");
        browser.view("#/waits");
        assertThat(copied(browser, "Copy as Mermaid")).contains("flowchart LR", "-->", "stroke");
        assertThat(copied(browser, "Copy link")).endsWith("/actuator/otpui#/waits");
        browser.view("#/actors");
        assertThat(copied(browser, "Copy as Markdown"))
                .contains("| Path | State | Mailbox", "| `/billing/archive` | running |");
    }

    @Test
    void withoutAClipboardTheTextIsShown() {
        Browser browser = running.open("#/stuck");
        browser.showsEventually("#view", "/billing/printer");
        browser.script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))");
        browser.eventually(() -> browser.all(".viewhead button").get(1).click());
        browser.eventually(
                () -> {
                    WebElement text = browser.one("dialog textarea");
                    assertThat(text.getAttribute("value")).contains("### Stuck");
                });
        browser.press(Keys.ESCAPE);
        browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
    }
}
