/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.shop;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.spring.test.shop.Orders.Count;
import dev.otp4j.spring.test.shop.Orders.Order;
import dev.otp4j.test.DetectLeaks;
import dev.otp4j.test.OtpTesting;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** A slice with one actor, and mocks for all that it needs. */
@ActorTest(Orders.class)
@DetectLeaks
class OrdersTests {
    @Autowired private Subject<Orders.Message> orders;
    @Autowired private OtpSystem system;
    @Autowired private ApplicationContext context;
    @MockitoBean private Orders.Prices prices;
    @MockitoBean private Subject<Shipping.Parcel> shipping;

    @Test
    void anActorRunsWithMocks() {
        given(prices.of("tea")).willReturn(42);

        int price = orders.call(replyTo -> new Order("tea", replyTo));

        assertThat(price).isEqualTo(42);
        then(shipping).should().send(new Shipping.Parcel("tea"));
    }

    @Test
    void itRunsBelowItsSupervisorAndIsRestarted() {
        OtpTesting.crash(system, "/office/orders", new IOException("disk full"));

        assertThat(system).actor("/office/orders").isRunning().hasCrashedWith(IOException.class);
        assertThat(orders.<Integer>call(Count::new)).isZero();
    }

    @Test
    void nothingElseOfTheApplicationIsThere() {
        assertThat(context.getBeanNamesForType(Orders.RealPrices.class)).isEmpty();
        assertThat(context.getBeanNamesForType(Shipping.class)).isEmpty();
        assertThat(system).actor("/shipping").doesNotExist();
    }
}
