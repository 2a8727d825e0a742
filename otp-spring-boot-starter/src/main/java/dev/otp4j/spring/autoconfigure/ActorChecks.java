/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.ChildOf;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.ChildSpecification;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Checks the beans that are actors, and the beans that {@code @ChildOf} places in the tree. */
final class ActorChecks {
    private ActorChecks() {}

    /**
     * Throws if a declaration would be ignored, or if Spring would call a method of an actor at the
     * wrong time.
     */
    static void check(ConfigurableListableBeanFactory beans) {
        for (String bean : ActorForm.beans(beans)) {
            Class<?> type =
                    beans.containsBeanDefinition(bean) ? ActorForm.userClass(beans, bean) : null;
            if (type == null) continue;
            BeanDefinition merged = beans.getMergedBeanDefinition(bean);
            boolean declared = ActorDeclaration.isDeclared(type);
            if (declared) new ActorClass(bean, type).check(merged.getFactoryMethodName() == null);
            if (!declared) notStarted(bean, type, merged);
            new WiredCallbacks(bean, type).refuse();
        }
        for (String bean : beans.getBeanDefinitionNames()) placeable(beans, bean);
    }

    /** A prototype bean is accepted: a factory may create its children from it. */
    private static void notStarted(String bean, Class<?> type, BeanDefinition merged) {
        if (!merged.isSingleton()) return;
        throw new TreeDeclarationException(
                "The bean '%s' is an actor (%s), but it is not annotated with @SupervisedActor, so no supervisor starts it."
                        .formatted(bean, type.getName()),
                "Annotate the class with @SupervisedActor. If it is declared by a @Bean method, add @Scope(\"prototype\") to the method. If your own factory or ChildSpecification starts the actor, @Scope(\"prototype\") alone is enough.");
    }

    static boolean isActor(ConfigurableListableBeanFactory beans, String bean) {
        for (ActorForm form : ActorForm.values()) {
            if (beans.isTypeMatch(bean, form.type())) return true;
        }
        return false;
    }

    private static void placeable(ConfigurableListableBeanFactory beans, String bean) {
        if (!(beans.getBeanDefinition(bean) instanceof AnnotatedBeanDefinition definition)) return;
        var method = definition.getFactoryMethodMetadata();
        boolean placed =
                method == null
                        ? definition.getMetadata().isAnnotated(ChildOf.class.getName())
                        : method.isAnnotated(ChildOf.class.getName());
        if (!placed) return;
        if (isActor(beans, bean)) {
            throw new TreeDeclarationException(
                    "The bean '%s' is annotated with @ChildOf, but it is an actor: @SupervisedActor declares its place in the tree."
                            .formatted(bean),
                    "Set 'supervisor' and 'order' in @SupervisedActor, and remove @ChildOf.");
        }
        boolean child =
                beans.isTypeMatch(bean, ChildSpecification.class)
                        || FactoryDeclaration.builders().stream()
                                .anyMatch(builder -> beans.isTypeMatch(bean, builder));
        if (child) return;
        throw new TreeDeclarationException(
                "The bean '%s' is annotated with @ChildOf, but it is neither a ChildSpecification nor a builder of a FactorySupervisor or KeyedFactory, so it cannot be the child of a supervisor."
                        .formatted(bean),
                "Return one of these types from the @Bean method, or remove @ChildOf.");
    }
}
