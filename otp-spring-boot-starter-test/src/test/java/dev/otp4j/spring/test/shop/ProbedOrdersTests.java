/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.process.Subject;
import dev.otp4j.spring.test.ActorTest;
import dev.otp4j.spring.test.shop.Orders.Order;
import dev.otp4j.test.Probe;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.env.Environment;

/** A slice with a probe for another actor, and a real component. */
@ActorTest(
        value = Orders.class,
        properties = "shop.name=probed",
        includeFilters =
                @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Orders.RealPrices.class))
class ProbedOrdersTests {
    @TestConfiguration
    static class Probes {
        @Bean
        Probe<Shipping.Parcel> shipping() {
            return Probe.create("shipping");
        }
    }

    @Autowired private Subject<Orders.Message> orders;
    @Autowired private Probe<Shipping.Parcel> shipping;

    @Test
    void aProbeTakesThePlaceOfAnActor(@Autowired Environment environment) {
        int price = orders.call(replyTo -> new Order("coffee", replyTo));

        assertThat(price).isEqualTo(6);
        shipping.expectMessage(new Shipping.Parcel("coffee"));
        shipping.expectNothing();
        assertThat(environment.getProperty("shop.name")).isEqualTo("probed");
    }
}
