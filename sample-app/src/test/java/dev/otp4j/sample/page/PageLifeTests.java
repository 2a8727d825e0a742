/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.small.SmallApplication;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.page.LivePage.Running;
import dev.otp4j.sample.testkit.Browser;
import dev.otp4j.supervisor.FactorySupervisor;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.springframework.context.ConfigurableApplicationContext;

/** The page while its application ends and starts again, and with very many actors. */
@ExtendWith(LivePage.class)
@Timeout(120)
class PageLifeTests {
    private static final int MANY = 100_000;

    private final Running running;

    PageLifeTests(Running running) {
        this.running = running;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void saysThatTheApplicationIsGoneAndThatItHasStartedAgain() throws IOException {
        int port = freePort();
        Browser browser = running.browser();
        try (var first = SmallApplication.start(port)) {
            browser.usual();
            browser.open(SmallApplication.page(first) + "/#/node/clerk");
            browser.showsEventually("h1", "clerk", "running");
            assertThat(browser.all("[data-action]")).as("read only").isEmpty();
            assertThat(browser.text("#banner")).isEmpty();
        }
        browser.showsEventually(
                "#banner",
                "The application is gone",
                "No answer since",
                "The page shows the last known data and tries again.");
        browser.showsEventually("#head", "gone");
        browser.showsEventually("h1", "clerk");
        browser.picture("gone");
        try (var second = SmallApplication.start(port)) {
            browser.showsEventually(
                    "#banner", "The application has started again", "All counters began at 0.");
            assertThat(browser.text("#banner")).doesNotContain("gone");
            browser.picture("restarted");
            browser.click("#banner button");
            browser.eventually(() -> assertThat(browser.text("#banner")).isEmpty());
        }
    }

    @Test
    void startsATreeThatWasStopped() {
        Browser browser = running.browser();
        try (var small = SmallApplication.start(0, "management.endpoint.otp.access=unrestricted")) {
            assertThat(small.getBean(OtpSystem.class).stop(Duration.ofSeconds(10))).isTrue();
            browser.usual();
            browser.open(SmallApplication.page(small) + "#/tree");
            browser.showsEventually("#view", "No tree runs: the system is stopped");
            browser.click("[data-action=start]");
            browser.click("dialog button.primary");
            browser.showsEventually("dialog", "done: the tree has been started");
            browser.press(Keys.ESCAPE);
            browser.showsEventually(".tree", "clerk");
            browser.showsEventually("#banner", "The tree was started again");
        }
    }

    @Test
    void staysSmallWithVeryManyActors() throws InterruptedException {
        Browser browser = running.browser();
        try (var large = SmallApplication.start(0)) {
            startMany(large);
            browser.usual();
            browser.open(SmallApplication.page(large) + "#/tree");
            browser.showsEventually(".tree", "100,000 children");
            browser.click("[aria-label='Children of carts']");
            browser.showsEventually(".tree", "99,970 more: list all 100,000");
            stays(browser, "tree");
            browser.view("#/actors?below=%2Fcarts&offset=9900");
            browser.showsEventually(".pager", "9,901 to 10,000 of 100,000");
            stays(browser, "actors");
            browser.view("#/starts");
            browser.showsEventually("#view", "100,002 starts");
            stays(browser, "starts");
        }
    }

    /** Bytes of the page and of all data until now; elements that are shown. */
    private static void stays(Browser browser, String view) {
        long bytes =
                browser.<Long>script(
                        "return performance.getEntriesByType('resource').reduce((sum, e) => sum + e.encodedBodySize, 0)");
        long longest =
                browser.<Long>script(
                        "return Math.round(Math.max(...performance.getEntriesByType('resource').map(e => e.duration)))");
        long elements = browser.<Long>script("return document.getElementsByTagName('*').length");
        String line = "%s of %,d actors: %,d bytes, %,d elements, longest request %,d ms";
        System.out.println(line.formatted(view, MANY, bytes, elements, longest));
        assertThat(bytes).isBetween(50_000L, 1_000_000L);
        assertThat(elements).isLessThan(5_000);
    }

    @SuppressWarnings("unchecked")
    private static void startMany(ConfigurableApplicationContext context)
            throws InterruptedException {
        FactorySupervisor<Integer, Subject<String>> carts =
                context.getBean("carts", FactorySupervisor.class);
        Thread.ofVirtual()
                .start(
                        () -> {
                            for (int i = 0; i < MANY; i++) carts.startChild(i);
                        })
                .join();
    }
}
