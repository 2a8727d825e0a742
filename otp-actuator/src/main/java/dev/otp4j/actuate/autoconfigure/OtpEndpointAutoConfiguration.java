/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actuate.autoconfigure;

import dev.otp4j.actuate.endpoint.HandledMessages;
import dev.otp4j.actuate.endpoint.OperationLog;
import dev.otp4j.actuate.endpoint.OtpEndpoint;
import dev.otp4j.actuate.endpoint.OtpEndpointWebExtension;
import dev.otp4j.actuate.metrics.ProcessingMeters;
import dev.otp4j.application.OtpSystem;
import dev.otp4j.observer.Observer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AbstractAuditListener;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.Sanitizer;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the endpoint {@code otp}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
        after = {OtpObserverAutoConfiguration.class, OtpMetricsAutoConfiguration.class},
        afterName = "dev.otp4j.spring.autoconfigure.OtpAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(OtpEndpoint.class)
@ConditionalOnBean(OtpSystem.class)
@ImportRuntimeHints(OtpEndpointHints.class)
public final class OtpEndpointAutoConfiguration {
    private static final EndpointId OTP = EndpointId.of("otp");
    private static final String PREFIX = "management.endpoint.otp";

    OtpEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    OtpEndpoint otpEndpoint(
            OtpSystem system,
            ObjectProvider<Observer> observer,
            ObjectProvider<SanitizingFunction> sanitizing,
            ObjectProvider<AuditEventRepository> audit,
            ObjectProvider<AbstractAuditListener> listeners,
            ApplicationEventPublisher events,
            ObjectProvider<HandledMessages> handled,
            ObjectProvider<EndpointAccessResolver> access,
            Environment environment) {
        return new OtpEndpoint(
                system,
                observer.getIfAvailable(Observer::new),
                showValues(environment) == Show.ALWAYS,
                new Sanitizer(sanitizing.orderedStream().toList()),
                operations(audit, listeners, events),
                operable(access),
                handled.getIfAvailable(() -> HandledMessages.NOT_MEASURED));
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(OtpEndpoint.class)
    @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
    OtpEndpointWebExtension otpEndpointWebExtension(OtpEndpoint endpoint, Environment environment) {
        Set<String> roles =
                Binder.get(environment)
                        .bind(PREFIX + ".roles", Bindable.setOf(String.class))
                        .orElse(Set.of());
        return new OtpEndpointWebExtension(endpoint, showValues(environment), roles);
    }

    private static boolean operable(ObjectProvider<EndpointAccessResolver> access) {
        EndpointAccessResolver resolver = access.getIfAvailable();
        return resolver != null && resolver.accessFor(OTP, Access.READ_ONLY) == Access.UNRESTRICTED;
    }

    /** Where handlers are timed, the meters know how many messages were handled. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    @ConditionalOnBean(ProcessingMeters.class)
    static class Measured {
        @Bean
        @ConditionalOnMissingBean
        HandledMessages otpHandledMessages(ProcessingMeters meters) {
            return meters::handledBy;
        }
    }

    /** Boot's own listener needs Spring Security; without one the repository gets the events. */
    private static OperationLog operations(
            ObjectProvider<AuditEventRepository> audit,
            ObjectProvider<AbstractAuditListener> listeners,
            ApplicationEventPublisher events) {
        AuditEventRepository repository = audit.stream().findFirst().orElse(null);
        if (repository == null) return OperationLog.logged();
        if (listeners.stream().findFirst().isEmpty()) return OperationLog.audited(repository::add);
        return OperationLog.audited(event -> events.publishEvent(new AuditApplicationEvent(event)));
    }

    private static Show showValues(Environment environment) {
        return Binder.get(environment).bind(PREFIX + ".show-values", Show.class).orElse(Show.NEVER);
    }
}
