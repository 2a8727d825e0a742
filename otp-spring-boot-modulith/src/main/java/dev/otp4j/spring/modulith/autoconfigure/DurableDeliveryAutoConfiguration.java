/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import dev.otp4j.application.OtpSystem;
import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.spring.autoconfigure.OtpAutoConfiguration;
import dev.otp4j.spring.modulith.DurableDelivery;
import dev.otp4j.spring.modulith.DurableTarget;
import dev.otp4j.supervisor.ChildSpecification;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.core.EventPublicationRegistry;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Auto-configuration of durable delivery: for each bean of {@link DurableTarget} a listener of its
 * events, and actors below {@code /durable-delivery}. They start before other children of the root
 * supervisor and stop after them.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = OtpAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
            "org.springframework.modulith.events.config.EventPublicationAutoConfiguration"
        })
@ConditionalOnBean(DurableTarget.class)
@EnableConfigurationProperties(DurableDeliveryProperties.class)
public final class DurableDeliveryAutoConfiguration {
    static final String NO_REGISTRY =
            "There are beans of DurableTarget, but no event publication registry with JDBC that could store their events.";
    static final String ADD_ONE =
            "Add the dependency org.springframework.modulith:spring-modulith-starter-jdbc, and set spring.datasource.url.";

    DurableDeliveryAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(EventPublicationRegistry.class)
    @ConditionalOnBean({EventPublicationRegistry.class, JdbcTemplate.class})
    static class Delivery {
        @Bean
        Publications otpPublications(
                JdbcTemplate jdbc,
                PlatformTransactionManager transactions,
                Environment environment) {
            return new Publications(
                    jdbc,
                    new TransactionTemplate(transactions),
                    environment.getProperty("spring.modulith.events.jdbc.schema"));
        }

        @Bean
        EventReader otpEventReader(
                EventSerializer serializer, ConfigurableApplicationContext context) {
            return new EventReader(serializer, context.getClassLoader());
        }

        @Bean
        Deliveries otpDurableDelivery(
                ObjectProvider<DurableTarget<?>> targets,
                DurableDeliveryProperties settings,
                OtpSystem system,
                Publications publications,
                EventReader events,
                Environment environment) {
            List<DurableTarget<?>> all = new ArrayList<>(targets.stream().toList());
            DeliveryChecks.check(all, settings, environment);
            return new Deliveries(all, settings, system.runtime(), publications, events);
        }

        /** First to start and last to stop, so that the last outcomes are stored. */
        @Bean
        @ChildOf(order = Integer.MIN_VALUE)
        ChildSpecification<?> otpDurableDeliveryTree(
                Deliveries deliveries,
                DurableDeliveryProperties settings,
                EventPublicationRegistry registry,
                EventPublicationRepository repository,
                Publications publications,
                EventReader events,
                OtpSystem system,
                ObjectProvider<Clock> clocks) {
            Clock clock = clocks.getIfAvailable(Clock::systemUTC);
            return DeliveryTree.of(
                    deliveries.desks(),
                    settings,
                    new Bookkeeper.Books(registry, repository, publications, clock),
                    new Resubmitter.Tools(publications, events, clock, system::state));
        }

        @Bean
        SmartInitializingSingleton otpDurableTargetListeners(
                Deliveries deliveries, ConfigurableApplicationContext context) {
            return () ->
                    deliveries
                            .desks()
                            .forEach(
                                    desk ->
                                            context.addApplicationListener(
                                                    new TargetListener(desk)));
        }
    }

    @Bean
    SmartInitializingSingleton otpDurableTargetsHaveARegistry(
            ObjectProvider<DurableDelivery> deliveries) {
        return () -> {
            if (deliveries.getIfAvailable() != null) return;
            throw new TreeDeclarationException(NO_REGISTRY, ADD_ONE);
        };
    }
}
