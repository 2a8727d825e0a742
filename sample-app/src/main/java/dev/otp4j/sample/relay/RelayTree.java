/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierRegistry;
import dev.otp4j.sample.ledger.News;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.supervisor.ChildSpecification;
import dev.otp4j.supervisor.FactorySupervisor;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The children of the tree that are declared as beans, not by an annotated class. */
@Configuration(proxyBeanMethods = false)
class RelayTree {
    @Bean
    @ChildOf(supervisor = RelaySupervisor.class, order = 0)
    ChildSpecification<Subject<Handover.Nothing>> handover(
            Subject<News> dispatcher, FactorySupervisor<String, Subject<CourierMessage>> couriers) {
        var actor =
                Actor.of(() -> new Handover(dispatcher, couriers))
                        .initTimeout(Duration.ofSeconds(15));
        return ChildSpecification.worker("handover", actor::start);
    }

    @Bean
    @ChildOf(supervisor = RelaySupervisor.class, order = 1)
    FactorySupervisor.Builder<String, Subject<CourierMessage>> couriers(CourierRegistry registry) {
        return FactorySupervisor.workerChild(registry::start)
                .restartTolerance(20, Duration.ofSeconds(5))
                .shutdown(Duration.ofSeconds(3));
    }
}
