/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import dev.otp4j.spring.SupervisedActor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Defines the beans of the actors that {@link ActorTest} names. */
final class ActorTestContextCustomizerFactory implements ContextCustomizerFactory {
    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        ActorTest slice =
                TestContextAnnotationUtils.findMergedAnnotation(testClass, ActorTest.class);
        if (slice == null) return null;
        Set<Class<?>> actors = new LinkedHashSet<>(List.of(slice.value()));
        actors.forEach(actor -> check(actor, testClass));
        return new NamedActors(actors);
    }

    private static void check(Class<?> actor, Class<?> testClass) {
        if (AnnotatedElementUtils.hasAnnotation(actor, SupervisedActor.class)) return;
        throw new IllegalStateException(
                "@ActorTest of %s names %s, which is not annotated with @SupervisedActor. Name actor classes there; add other beans with @Import or @MockitoBean."
                        .formatted(testClass.getName(), actor.getName()));
    }

    /** Part of the key under which Spring caches the context. */
    private record NamedActors(Set<Class<?>> actors) implements ContextCustomizer {
        @Override
        public void customizeContext(
                ConfigurableApplicationContext context, MergedContextConfiguration merged) {
            var registry = (BeanDefinitionRegistry) context.getBeanFactory();
            var reader = new AnnotatedBeanDefinitionReader(registry, context.getEnvironment());
            reader.register(actors.toArray(Class<?>[]::new));
        }
    }
}
