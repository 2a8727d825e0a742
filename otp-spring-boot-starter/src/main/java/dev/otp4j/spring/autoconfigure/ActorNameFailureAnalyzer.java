/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

/**
 * Explains that an actor and another bean, perhaps another actor, have one name. Spring finds that
 * before the starter looks at the actors.
 */
final class ActorNameFailureAnalyzer implements FailureAnalyzer, Ordered {
    /** The exception's class is not public, and it has its details in its text only. */
    private static final String CONFLICT =
            "org.springframework.context.annotation.ConflictingBeanDefinitionException";

    private static final Pattern DETAILS =
            Pattern.compile(
                    "bean name '([^']+)' for bean class \\[([^]]+)] conflicts .* class \\[([^]]+)]");

    private final BeanFactory beans;

    ActorNameFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    /** Comes before Boot's own analyzer, which suggests to override one of the beans. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanDefinitionOverrideException overridden)
                return overridden(overridden);
            if (cause.getClass().getName().equals(CONFLICT)) return conflict(cause);
        }
        return null;
    }

    private @Nullable FailureAnalysis conflict(Throwable cause) {
        Matcher details = DETAILS.matcher(String.valueOf(cause.getMessage()));
        if (!details.find()) return null;
        String first = described(details.group(3));
        String second = described(details.group(2));
        return isActor(details.group(3)) || isActor(details.group(2))
                ? twice(details.group(1), first, second, cause)
                : null;
    }

    private @Nullable FailureAnalysis overridden(BeanDefinitionOverrideException cause) {
        BeanDefinition first = cause.getExistingDefinition();
        BeanDefinition second = cause.getBeanDefinition();
        if (!isActor(first) && !isActor(second)) return null;
        return twice(cause.getBeanName(), described(first), described(second), cause);
    }

    private static FailureAnalysis twice(
            String name, String first, String second, Throwable cause) {
        return new FailureAnalysis(
                "The name '%s' is used twice: by %s and by %s.".formatted(name, first, second),
                "Give an actor another name, as in @SupervisedActor(\"other\"), or rename the other bean. An actor's name is also the name of the bean of its Subject.",
                cause);
    }

    private String described(BeanDefinition definition) {
        String type = type(definition);
        if (type != null) return described(type);
        String from = definition.getResourceDescription();
        return from == null ? "another bean" : "the bean of " + from;
    }

    private String described(String type) {
        return (isActor(type) ? "the actor " : "the bean of ") + type;
    }

    private boolean isActor(BeanDefinition definition) {
        String type = type(definition);
        return type != null && isActor(type);
    }

    /** Name of the bean's class; null if a method creates the bean. */
    private static @Nullable String type(BeanDefinition definition) {
        if (definition instanceof AnnotatedBeanDefinition annotated
                && annotated.getFactoryMethodMetadata() != null) return null;
        return definition.getFactoryMethodName() == null ? definition.getBeanClassName() : null;
    }

    private boolean isActor(String type) {
        ClassLoader loader =
                beans instanceof ConfigurableListableBeanFactory factory
                        ? factory.getBeanClassLoader()
                        : null;
        return ClassUtils.isPresent(type, loader)
                && ActorDeclaration.isDeclared(ClassUtils.resolveClassName(type, loader));
    }
}
