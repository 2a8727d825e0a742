/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.relay;

import dev.otp4j.process.Subject;
import dev.otp4j.sample.courier.CourierMessage;
import dev.otp4j.sample.courier.CourierRegistry;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.supervisor.FactorySupervisor;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one part of the tree that is no class of its own: the couriers' factory. */
@Configuration(proxyBeanMethods = false)
class RelayTree {
    @Bean
    @ChildOf(supervisor = RelaySupervisor.class, order = 1)
    FactorySupervisor.Builder<String, Subject<CourierMessage>> couriers(CourierRegistry registry) {
        return FactorySupervisor.workerChild(registry::start)
                .restartTolerance(20, Duration.ofSeconds(5))
                .shutdown(Duration.ofSeconds(3));
    }
}
