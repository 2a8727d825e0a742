/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

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
 * @param form the form in which it is written
 * @param settings its annotation
 */
record ActorDeclaration(String name, Class<?> type, ActorForm form, SupervisedActor settings) {
    private static final String SUFFIX = ".actor";

    /** Reads the declaration of an annotated bean class, and checks the actor's name. */
    static ActorDeclaration of(String beanName, Class<?> beanType) {
        Class<?> type = ClassUtils.getUserClass(beanType);
        SupervisedActor settings =
                AnnotatedElementUtils.findMergedAnnotation(type, SupervisedActor.class);
        ActorForm form = ActorForm.of(type);
        if (settings == null || form == null) {
            throw new IllegalArgumentException(
                    "no actor annotated with @SupervisedActor: " + type.getName());
        }
        String own = BeanNames.strip(beanName, SUFFIX);
        String name = BeanNames.declared(settings.value(), own, type);
        return new ActorDeclaration(
                BeanNames.checked(name, "actor " + type.getName()), type, form, settings);
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
        ResolvableType messages = form.messages(type);
        if (messages.resolve() == null) {
            throw new TreeDeclarationException(
                    "The message type of actor '%s' is not known: %s does not give the type arguments of %s."
                            .formatted(name, type.getName(), form.declared()),
                    "Implement %s with its type arguments, as in 'class %s implements %s'."
                            .formatted(
                                    form.type().getSimpleName(),
                                    type.getSimpleName(),
                                    form.example()));
        }
        return ResolvableType.forClassWithGenerics(Subject.class, messages);
    }

    String description() {
        return "actor '%s' (%s)".formatted(name, type.getName());
    }
}
