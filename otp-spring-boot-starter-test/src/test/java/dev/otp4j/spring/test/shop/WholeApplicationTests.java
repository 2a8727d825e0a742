/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.shop;

import static dev.otp4j.test.OtpAssertions.assertThat;
import static org.mockito.BDDMockito.then;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.test.shop.Orders.Order;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** In a test of the whole application, too, a replaced subject starts no actor. */
@SpringBootTest
class WholeApplicationTests {
    @Autowired private Subject<Orders.Message> orders;
    @Autowired private OtpSystem system;
    @MockitoBean private Subject<Shipping.Parcel> shipping;

    @Test
    void aMockedSubjectStartsNoActor() {
        int price = orders.call(replyTo -> new Order("tea", replyTo));

        assertThat(price).isEqualTo(3);
        then(shipping).should().send(new Shipping.Parcel("tea"));
        assertThat(system).actor("/shipping").doesNotExist();
        assertThat(Shipping.STARTS).hasValue(0);
    }
}
