/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.guide;

import dev.otp4j.actor.StatefulActor;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.modulith.DurableTarget;
import dev.otp4j.spring.transaction.AfterCommit;
import java.util.UUID;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** The example of {@code docs/durable-delivery.md}. */
final class Shop {
    private Shop() {}

    // guide
    record OrderPlaced(UUID id, int cents) {}

    static class Orders {
        private final JdbcTemplate jdbc;
        private final ApplicationEventPublisher events;

        Orders(JdbcTemplate jdbc, ApplicationEventPublisher events) {
            this.jdbc = jdbc;
            this.events = events;
        }

        @Transactional
        public void place(UUID id, int cents) {
            jdbc.update("INSERT INTO orders (id, cents) VALUES (?, ?)", id, cents);
            events.publishEvent(new OrderPlaced(id, cents));
        }
    }

    // guide
    @Configuration(proxyBeanMethods = false)
    static class Targets {
        @Bean
        DurableTarget<OrderPlaced> invoicingTarget(Subject<Invoicing.Bill> invoicing) {
            return DurableTarget.of("invoicing", OrderPlaced.class, OrderPlaced::id)
                    .calling(invoicing, Invoicing.Bill::new);
        }
    }

    // guide
    @SupervisedActor
    static class Invoicing implements StatefulActor<Invoicing.Bill> {
        record Bill(OrderPlaced order, Subject<Boolean> replyTo) {}

        private final JdbcTemplate jdbc;

        Invoicing(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        @Transactional
        public Step handle(Bill bill) {
            OrderPlaced order = bill.order();
            jdbc.update(
                    """
                    INSERT INTO invoice (order_id, cents) SELECT ?, ?
                    WHERE NOT EXISTS (SELECT 1 FROM invoice WHERE order_id = ?)
                    """,
                    order.id(),
                    order.cents(),
                    order.id());
            AfterCommit.send(bill.replyTo(), true);
            return Step.KEEP;
        }
    }

    // end

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Orders.class, Targets.class, Invoicing.class})
    static class Application {}
}
