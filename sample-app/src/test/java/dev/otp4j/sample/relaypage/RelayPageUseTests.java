/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relaypage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.sample.relaypage.LiveRelay.Running;
import dev.otp4j.sample.testkit.Axe;
import dev.otp4j.sample.testkit.Browser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page by keyboard, for a screen reader, in the dark, in a narrow window; what it asks for. */
@ExtendWith(LiveRelay.class)
@Timeout(120)
class RelayPageUseTests {
    private final Running running;

    RelayPageUseTests(Running running) {
        this.running = running;
    }

    /** With deliveries in each state, and the steps of a crash. */
    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class WithMuchToSee {
        private final Browser browser = running.browser();
        private List<String> requests = List.of();
        private List<String> errors = List.of();

        @BeforeAll
        void makeItBusy() {
            browser.requests();
            browser.errors();
            running.open();
            running.receiver("failing");
            String failed = running.relay().event("{\"type\":\"invoice.sent\"}");
            browser.showsEventually("#deliveries tr[data-event='" + failed + "']", "failed");
            running.receiver("healthy");
            running.relay().subscribe("http://localhost:9/nothing-listens-here");
            browser.click("[data-do=send-ten]");
            browser.showsEventually("#deliveries", "delivered", "retrying");
            browser.showsEventually("#subscriptions", "connection refused");
            browser.click("[data-do=kill-ledger]");
            browser.showsEventually("#chaos .steps", "has started the ledger again");
            requests = browser.requests();
            errors = browser.errors();
        }

        @BeforeEach
        void keepItBusy() {
            browser.usual();
            running.relay().event("{\"type\":\"order.created\"}");
            browser.showsEventually("#deliveries", "failed", "delivered", "retrying");
        }

        @Test
        void isAccessibleAndHasItsPictures() {
            assertThat(Axe.violations(browser)).isEmpty();
            picture("light");
            browser.scheme("dark");
            assertThat(Axe.violationsOfColors(browser)).isEmpty();
            picture("dark");
        }

        private void picture(String scheme) {
            browser.script("scrollTo(0, 0)");
            browser.picture("relay-page-" + scheme);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[data-do=add]",
                    "[data-do=rotate]",
                    "[data-do=delete]",
                    "#deliveries tbody button"
                })
        void itsDialogsAreAccessible(String button) {
            browser.script("document.querySelector(arguments[0]).click()", button);
            browser.eventually(() -> assertThat(browser.all("dialog")).hasSize(1));
            assertThat(Axe.violations(browser)).isEmpty();
            browser.scheme("dark");
            assertThat(Axe.violationsOfColors(browser)).isEmpty();
            browser.press(Keys.ESCAPE);
            browser.eventually(() -> assertThat(browser.all("dialog")).isEmpty());
        }

        @Test
        void aNarrowWindowNeedsNoScrollingToTheSide() {
            browser.size(390, 844);
            assertThat(width(browser)).isLessThanOrEqualTo(390);
            browser.script("scrollTo(0, 0)");
            browser.picture("relay-narrow-top");
            browser.script("document.querySelector('#subscriptions').scrollIntoView()");
            browser.picture("relay-narrow-subscriptions");
            browser.script("document.querySelector('#deliveries').scrollIntoView()");
            browser.picture("relay-narrow-deliveries");
            assertThat(cutOff(browser)).isEmpty();
        }

        @Test
        void hasAskedItsOwnServerOnlyAndBrokenNoPolicy() {
            assertThat(requests)
                    .isNotEmpty()
                    .allMatch(request -> request.startsWith(running.address()));
            assertThat(errors).isEmpty();
        }
    }

    private static long width(Browser browser) {
        return browser.<Long>script("return document.documentElement.scrollWidth");
    }

    /** The elements whose text is wider than they are and hidden there. */
    private static List<String> cutOff(Browser browser) {
        return browser.script(
                """
                return [...document.querySelectorAll('main *')]
                    .filter(e => getComputedStyle(e).overflowX === 'hidden' && !e.matches('.hidden, .body'))
                    .filter(e => e.scrollWidth > e.clientWidth + 1)
                    .map(e => e.outerHTML.slice(0, 200));
                """);
    }

    @Test
    void goesByKeyboardAlone() {
        Browser browser = running.open();
        browser.tab();
        assertThat(browser.focused()).isEqualTo("Skip to the content");
        browser.press(Keys.ENTER);
        assertThat(browser.<String>script("return document.activeElement.id")).isEqualTo("main");
        tabTo(browser, "[data-do=add]");
        browser.press(Keys.ENTER);
        browser.eventually(() -> assertThat(focusIs(browser, "dialog input[name=url]")).isTrue());
        browser.press(Keys.ESCAPE);
        browser.eventually(() -> assertThat(focusIs(browser, "[data-do=add]")).isTrue());
        tabTo(browser, "#event-data");
        browser.press(Keys.chord(Keys.CONTROL, Keys.ENTER));
        browser.showsEventually("#send .outcome", "Accepted and on the disk");
        tabTo(browser, "#mode-healthy");
        browser.press(Keys.ARROW_RIGHT);
        browser.showsEventually("#said", "slow");
        staysFocused(browser, "#mode-slow");
    }

    private static void tabTo(Browser browser, String css) {
        for (int i = 0; i < 60 && !focusIs(browser, css); i++) browser.tab();
        assertThat(focusIs(browser, css)).as("the focus is at %s", css).isTrue();
    }

    private static boolean focusIs(Browser browser, String css) {
        return browser.script("return document.activeElement.matches(arguments[0])", css);
    }

    /** Over the next answers. */
    private static void staysFocused(Browser browser, String css) {
        browser.requests();
        var seen = new ArrayList<String>();
        browser.eventually(
                () -> {
                    seen.addAll(browser.requests());
                    assertThat(seen.stream().filter(each -> each.endsWith("/overview")))
                            .hasSizeGreaterThan(2);
                });
        assertThat(focusIs(browser, css)).isTrue();
    }

    @Test
    void thePolicyForbidsWhatIsNotAFileOfThePage() {
        Browser browser = running.open();
        browser.errors();
        browser.script(
                """
                const script = document.createElement('script');
                script.textContent = 'document.title = "changed"';
                document.body.append(script);
                """);
        assertThat(browser.<String>script("return document.title")).isEqualTo("Webhook relay");
        assertThat(String.join("\n", browser.errors())).contains("Content Security Policy");
    }

    @Test
    void aPageThatIsNotInSightAsksNothing() {
        Browser browser = running.open();
        browser.script(
                """
                Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
                document.dispatchEvent(new Event('visibilitychange'));
                """);
        browser.eventually(
                () -> {
                    browser.requests();
                    browser.<Object>asyncScript("setTimeout(arguments[0], 1500)");
                    assertThat(browser.requests()).isEmpty();
                });
        browser.script(
                """
                Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
                document.dispatchEvent(new Event('visibilitychange'));
                """);
        browser.eventually(() -> assertThat(browser.requests()).isNotEmpty());
    }

    @Test
    void textsOfOthersAreShownAsText() {
        Browser browser = running.open();
        running.relay().event("{\"type\":\"<img src=x onerror=alert(1)>\"}");
        browser.showsEventually("#demo .arrivals", "<img src=x onerror=alert(1)>");
        assertThat(browser.all("#demo img")).isEmpty();
    }
}
