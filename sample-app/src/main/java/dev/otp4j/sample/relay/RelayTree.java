/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierTemplate;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.supervisor.Backoff;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.KeyedFactory;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The children of the tree that are declared as beans, not by an annotated class. */
@Configuration(proxyBeanMethods = false)
class RelayTree {
    @Bean
    @ChildOf(supervisor = RelaySupervisor.class, order = 0)
    ChildSpecification<Subject<Handover.Nothing>> handover(
            Subject<News> dispatcher, KeyedFactory<String, CourierMessage> couriers) {
        var actor =
                Actor.of(() -> new Handover(dispatcher, couriers))
                        .initTimeout(Duration.ofSeconds(15));
        return ChildSpecification.worker("handover", actor::start);
    }

    /**
     * The couriers, by the ids of their subscriptions. A courier that crashes again and again waits
     * longer each time, and is left down in the end. It takes no other courier along.
     */
    @Bean
    @ChildOf(supervisor = RelaySupervisor.class, order = 1)
    KeyedFactory.Builder<String, CourierMessage> couriers(CourierTemplate template) {
        return KeyedFactory.of(template)
                .tolerancePerKey(100, Duration.ofMinutes(10))
                .backoff(Backoff.exponential(Duration.ofMillis(10), Duration.ofSeconds(5)))
                .shutdown(Duration.ofSeconds(3));
    }
}
