/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.small.DeliveryEndpoint;
import com.example.small.SmallApplication;
import dev.otp4j.sample.page.LivePage.Running;
import dev.otp4j.sample.testkit.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.ConfigurableApplicationContext;

/** The page of an application with durable delivery. */
@ExtendWith(LivePage.class)
@Timeout(120)
class PageDeliveriesTests {
    private final Browser browser;

    PageDeliveriesTests(Running running) {
        this.browser = running.browser();
    }

    private static ConfigurableApplicationContext start(String... more) {
        return SmallApplication.start(
                0,
                context ->
                        context.registerBean(DeliveryEndpoint.class, () -> new DeliveryEndpoint(3)),
                more);
    }

    @Test
    void whatWasGivenUpIsDeliveredAgain() {
        browser.usual();
        try (var small = start("management.endpoint.otpdelivery.access=unrestricted")) {
            browser.open(SmallApplication.page(small) + "#/deliveries");
            browser.showsEventually("tbody", "invoicing", "OrderPlaced", "1,234");
            browser.showsEventually("#view", "Given up by invoicing", "order-1", "order-3");
            browser.picture("deliveries");
            browser.click("[aria-label='Deliver order-1 again']");
            browser.showsEventually("#said", "1 event will be delivered again");
            browser.eventually(() -> assertThat(browser.text("#view")).doesNotContain("order-1"));
            browser.click("[aria-label='Deliver all events again that invoicing has given up']");
            browser.showsEventually("#said", "2 events will be delivered again");
            browser.eventually(
                    () -> assertThat(browser.text("#view")).doesNotContain("Given up by"));
        }
    }

    @Test
    void saysWhichSettingLetsItDeliverAgain() {
        browser.usual();
        try (var small = start("management.endpoint.otpdelivery.access=read-only")) {
            browser.open(SmallApplication.page(small) + "#/deliveries");
            browser.showsEventually("#view", "order-2");
            browser.click("[aria-label='Deliver order-2 again']");
            browser.showsEventually("#said", "management.endpoint.otpdelivery.access=unrestricted");
        }
    }
}
