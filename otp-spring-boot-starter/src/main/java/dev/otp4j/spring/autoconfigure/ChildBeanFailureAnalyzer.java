/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.supervisor.ChildSpecification;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains that a method which declares a child of the tree threw an exception. */
final class ChildBeanFailureAnalyzer extends AbstractFailureAnalyzer<BeanCreationException> {
    private final BeanFactory beans;

    ChildBeanFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable rootFailure, BeanCreationException cause) {
        String bean = cause.getBeanName();
        if (bean == null || !(beans instanceof ConfigurableListableBeanFactory factory))
            return null;
        if (!factory.containsBeanDefinition(bean) || !isChild(factory, bean)) return null;
        CreationFailure failure = CreationFailure.of(cause);
        String from = cause.getResourceDescription();
        return new FailureAnalysis(
                "The bean '%s'%s, which declares a child of the supervision tree, could not be created: %s."
                        .formatted(bean, from == null ? "" : " of " + from, failure.why()),
                failure.action(),
                rootFailure);
    }

    private static boolean isChild(ConfigurableListableBeanFactory beans, String bean) {
        Class<?> type = beans.getMergedBeanDefinition(bean).getResolvableType().toClass();
        return ChildSpecification.class.isAssignableFrom(type)
                || FactoryDeclaration.isBuilder(type);
    }
}
