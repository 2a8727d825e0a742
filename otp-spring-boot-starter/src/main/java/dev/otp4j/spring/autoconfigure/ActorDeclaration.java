/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Actor;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import dev.otp4j.spring.TreeDeclarationException;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * An actor class that the application declares with {@code @SupervisedActor}.
 *
 * @param name name of the actor and of its subject's bean
 * @param type its class
 * @param settings its annotation
 */
record ActorDeclaration(String name, Class<?> type, SupervisedActor settings) {
    private static final String SUFFIX = ".actor";

    /** Reads the declaration of an annotated bean class, and checks the actor's name. */
    static ActorDeclaration of(String beanName, Class<?> beanType) {
        Class<?> type = ClassUtils.getUserClass(beanType);
        SupervisedActor settings =
                AnnotatedElementUtils.findMergedAnnotation(type, SupervisedActor.class);
        if (settings == null) {
            throw new IllegalArgumentException(
                    "not annotated with @SupervisedActor: " + type.getName());
        }
        String own = BeanNames.strip(beanName, SUFFIX);
        String name = BeanNames.declared(settings.value(), own, type);
        return new ActorDeclaration(
                BeanNames.checked(name, "actor " + type.getName()), type, settings);
    }

    static boolean isDeclared(Class<?> type) {
        return AnnotatedElementUtils.hasAnnotation(
                ClassUtils.getUserClass(type), SupervisedActor.class);
    }

    /** Name of the bean of the actor itself. */
    String beanName() {
        return name + SUFFIX;
    }

    static String beanName(String actor) {
        return actor + SUFFIX;
    }

    /** Type of the subject through which other beans send messages to the actor. */
    ResolvableType subjectType() {
        ResolvableType messages = ResolvableType.forClass(type).as(Actor.class).getGeneric(1);
        if (messages.resolve() == null) {
            throw new TreeDeclarationException(
                    "The message type of actor '%s' is not known: %s does not give the type arguments of Actor<S, M>."
                            .formatted(name, type.getName()),
                    "Implement Actor with both type arguments, as in 'class %s implements Actor<State, Message>'."
                            .formatted(type.getSimpleName()));
        }
        return ResolvableType.forClassWithGenerics(Subject.class, messages);
    }

    String description() {
        return "actor '%s' (%s)".formatted(name, type.getName());
    }
}
