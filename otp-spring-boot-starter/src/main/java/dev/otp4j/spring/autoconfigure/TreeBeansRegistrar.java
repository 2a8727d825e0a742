/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Actor;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactorySupervisor;
import java.lang.reflect.AnnotatedElement;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/**
 * Defines what is injected: for each actor class a {@code Subject} with its type of messages, for
 * each factory's builder its handle. They get the natural names; actor and builder make room for
 * them.
 */
final class TreeBeansRegistrar implements BeanDefinitionRegistryPostProcessor {
    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        var beans = (ConfigurableListableBeanFactory) registry;
        refuseOtherClasses(beans);
        for (String bean : beans.getBeanNamesForType(Actor.class, true, false)) {
            Class<?> type = declaredActor(beans, bean);
            if (type != null) actor(beans, registry, bean, type);
        }
        for (String bean :
                beans.getBeanNamesForType(FactorySupervisor.Builder.class, true, false)) {
            if (beans.containsBeanDefinition(bean)) factory(beans, registry, bean);
        }
    }

    private static @Nullable Class<?> declaredActor(
            ConfigurableListableBeanFactory beans, String bean) {
        Class<?> type = beans.containsBeanDefinition(bean) ? beans.getType(bean, false) : null;
        return type != null && ActorDeclaration.isDeclared(type) ? type : null;
    }

    private static void refuseOtherClasses(ConfigurableListableBeanFactory beans) {
        for (String bean : beans.getBeanDefinitionNames()) {
            boolean annotated =
                    beans.getBeanDefinition(bean) instanceof AnnotatedBeanDefinition definition
                            && definition.getFactoryMethodMetadata() == null
                            && definition
                                    .getMetadata()
                                    .isAnnotated(SupervisedActor.class.getName());
            if (annotated && !beans.isTypeMatch(bean, Actor.class)) {
                throw new TreeDeclarationException(
                        "The bean '%s' is annotated with @SupervisedActor, but its class does not implement Actor."
                                .formatted(bean),
                        "Implement dev.otp4j.actor.Actor, or remove the annotation.");
            }
        }
    }

    private static void actor(
            ConfigurableListableBeanFactory beans,
            BeanDefinitionRegistry registry,
            String bean,
            Class<?> type) {
        ActorDeclaration actor = ActorDeclaration.of(bean, type);
        refuseOtherScope(beans.getMergedBeanDefinition(bean), actor);
        BeanDefinition definition = registry.getBeanDefinition(bean);
        definition.setAutowireCandidate(false);
        var subject = handle(actor.subjectType(), "subject", actor.name());
        subject.setResourceDescription("subject of " + actor.description());
        subject.setQualifiedElement(actor.type());
        subject.setPrimary(definition.isPrimary());
        subject.setFallback(definition.isFallback());
        move(registry, bean, actor.beanName(), actor.description());
        register(registry, actor.name(), subject, actor.description());
    }

    private static void factory(
            ConfigurableListableBeanFactory beans, BeanDefinitionRegistry registry, String bean) {
        FactoryDeclaration factory = FactoryDeclaration.of(bean);
        BeanDefinition merged = beans.getMergedBeanDefinition(bean);
        ResolvableType type = factory.handleType(merged.getResolvableType());
        var handle = handle(type, "factory", factory.name());
        handle.setResourceDescription("handle of " + factory.description());
        handle.setPrimary(merged.isPrimary());
        handle.setFallback(merged.isFallback());
        AnnotatedElement method =
                merged instanceof RootBeanDefinition root ? root.getResolvedFactoryMethod() : null;
        if (method != null) handle.setQualifiedElement(method);
        move(registry, bean, factory.beanName(), factory.description());
        register(registry, factory.name(), handle, factory.description());
    }

    private static void refuseOtherScope(BeanDefinition merged, ActorDeclaration actor) {
        if (merged.isPrototype()) return;
        throw new TreeDeclarationException(
                "The scope of %s was changed to '%s'; an actor is a prototype, made anew at each start and restart."
                        .formatted(actor.description(), merged.getScope()),
                "Remove @Scope, or add @Scope(\"prototype\") to the @Bean method that makes the actor.");
    }

    /** No lambda supplier: mocks, cyclic references and ahead-of-time processing need this form. */
    private static RootBeanDefinition handle(ResolvableType type, String method, String name) {
        var definition = new RootBeanDefinition();
        definition.setTargetType(type);
        definition.setFactoryBeanName(OtpAutoConfiguration.ADDRESSES);
        definition.setFactoryMethodName(method);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        return definition;
    }

    private static void move(
            BeanDefinitionRegistry registry, String from, String to, String description) {
        if (from.equals(to)) return;
        BeanDefinition definition = registry.getBeanDefinition(from);
        registry.removeBeanDefinition(from);
        register(registry, to, definition, description);
    }

    private static void register(
            BeanDefinitionRegistry registry,
            String name,
            BeanDefinition definition,
            String description) {
        if (registry.containsBeanDefinition(name)) {
            String other = registry.getBeanDefinition(name).getResourceDescription();
            throw new TreeDeclarationException(
                    "The name '%s' is taken twice: by %s and by %s."
                            .formatted(
                                    name,
                                    description,
                                    other == null ? "another bean of that name" : other),
                    "Give one of them another name, as in @SupervisedActor(\"%s2\")."
                            .formatted(name));
        }
        registry.registerBeanDefinition(name, definition);
    }
}
