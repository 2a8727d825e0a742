/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.small.NightlyApplication;
import com.example.small.SmallApplication;
import dev.otp4j.sample.page.LivePage.Running;
import dev.otp4j.sample.testkit.Browser;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.ConfigurableApplicationContext;

/** The page of two instances of an application whose actor runs on one of them. */
@ExtendWith(LivePage.class)
@Timeout(120)
class PageLeasesTests {
    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final Browser browser;

    PageLeasesTests(Running running) {
        this.browser = running.browser();
    }

    @Test
    void showsOwnerTokenAndTimeLeftOnEachInstance() {
        browser.usual();
        try (var second = firstEnds()) {
            browser.showsEventually("tbody", "nightly", "held", "host-b", "2");
            browser.showsEventually("#view", "has the lease 'nightly', token 2, valid for");
        }
    }

    /** The second instance, after the first one was stopped. */
    private ConfigurableApplicationContext firstEnds() {
        var first = NightlyApplication.start("host-a", url);
        try {
            browser.open(SmallApplication.page(first) + "#/leases");
            browser.showsEventually("tbody", "nightly", "held", "host-a", "1");
            browser.showsEventually("#view", "This instance", "TTL", "5 s");
            String before = browser.text("tbody");
            browser.eventually(() -> assertThat(browser.text("tbody")).isNotEqualTo(before));
            var second = NightlyApplication.start("host-b", url);
            browser.open(SmallApplication.page(second) + "#/leases");
            browser.showsEventually("tbody", "nightly", "waiting", "host-a", "1");
            browser.showsEventually(
                    "#view", "waits for the lease 'nightly', held by host-a, token 1");
            browser.picture("leases");
            return second;
        } finally {
            first.close();
        }
    }

    @Test
    void saysOnceWhyTheStoreCannotBeUsed() throws SQLException {
        browser.usual();
        try (var only = NightlyApplication.start("host-a", url)) {
            browser.open(SmallApplication.page(only) + "#/leases");
            browser.showsEventually("tbody", "nightly", "held");
            try (var connection = DriverManager.getConnection(url, "sa", "");
                    var statement = connection.createStatement()) {
                statement.execute("DROP TABLE otp_lease");
            }
            browser.showsEventually("#view", "the store cannot be used:");
            browser.eventually(
                    () ->
                            assertThat(browser.text("tbody"))
                                    .containsOnlyOnce("the store cannot be used:"));
        }
    }

    @Test
    void isNotInTheMenuWhereThereAreNoLeases() {
        browser.usual();
        try (var small = SmallApplication.start(0)) {
            browser.open(SmallApplication.page(small));
            browser.showsEventually("#nav", "Budgets", "Runtime");
            assertThat(browser.text("#nav")).doesNotContain("Leases");
        }
    }
}
