/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.modulith.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains the failure of Spring Modulith itself, if its events are on the class path without a
 * module that stores them.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoRegistryFailureAnalyzer
        extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {
    private static final String REGISTRY =
            "org.springframework.modulith.events.core.EventPublicationRegistry";

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        Class<?> missing = cause.getBeanType();
        if (missing == null || !missing.getName().equals(REGISTRY)) return null;
        return new FailureAnalysis(
                "Spring Modulith has no event publication registry: nothing on the class path stores publications.",
                DurableDeliveryAutoConfiguration.ADD_ONE,
                rootFailure);
    }
}
