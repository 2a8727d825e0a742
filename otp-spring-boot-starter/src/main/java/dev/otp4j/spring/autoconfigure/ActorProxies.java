/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Creates the objects of actors, and throws with the fix if the proxy that an annotation such as
 * {@code @Transactional} needs cannot be made, or would not reach the actor.
 */
final class ActorProxies {
    private ActorProxies() {}

    static Object create(ConfigurableListableBeanFactory beans, ActorDeclaration actor) {
        Object bean;
        try {
            bean = beans.getBean(actor.beanName());
        } catch (BeanCreationException e) {
            if (e.getCause() instanceof AopConfigException
                    && actor.beanName().equals(e.getBeanName())) throw noProxy(actor, e);
            throw e;
        }
        if (AopUtils.isCglibProxy(bean)) refuseFinalMethods(actor);
        if (!actor.form().type().isInstance(bean)) throw notAnActor(actor, bean);
        return bean;
    }

    private static TreeDeclarationException noProxy(ActorDeclaration actor, Exception cause) {
        Class<?> type = actor.type();
        String why =
                type.isRecord()
                        ? "it is a record"
                        : Modifier.isFinal(type.getModifiers())
                                ? "it is final"
                                : type.isSealed() ? "it is sealed" : null;
        var failure =
                new TreeDeclarationException(
                        "An annotation of %s, such as @Transactional, needs a proxy, and Spring cannot make a subclass of %s: %s."
                                .formatted(
                                        actor.description(),
                                        type.getName(),
                                        why == null ? cause.getMessage() : why),
                        "%s Or move the annotated code to a separate bean that the actor calls."
                                .formatted(
                                        why == null
                                                ? "Make the class and one of its constructors visible."
                                                : "Make '%s' a class that is neither final nor sealed."
                                                        .formatted(type.getSimpleName())));
        failure.initCause(cause);
        return failure;
    }

    private static void refuseFinalMethods(ActorDeclaration actor) {
        for (Method method : actor.type().getMethods()) {
            if (!Modifier.isFinal(method.getModifiers()) || method.isBridge()) continue;
            if (!actor.form().calls(method)) continue;
            throw new TreeDeclarationException(
                    "An annotation of %s, such as @Transactional, needs a proxy, and the method '%s' is final: it would run on the proxy, which does not have the actor's fields."
                            .formatted(actor.description(), method.getName()),
                    "Remove 'final' from the method '%s'. Or move the annotated code to a separate bean that the actor calls."
                            .formatted(method.getName()));
        }
    }

    private static TreeDeclarationException notAnActor(ActorDeclaration actor, Object bean) {
        return new TreeDeclarationException(
                "The bean '%s' of %s is a %s, which is not a %s."
                        .formatted(
                                actor.beanName(),
                                actor.description(),
                                bean.getClass().getName(),
                                actor.form().type().getSimpleName()),
                "Find the BeanPostProcessor or proxy that replaces the actor's object, and exclude this bean from it.");
    }
}
