/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.process.Subject;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Makes the definitions of subjects and handles in an application that was processed ahead of time.
 * Generated code calls these methods. It passes names of the application's types, not the types,
 * because it is in this package and the types may be visible in their own package only.
 */
final class PreparedHandles {
    private PreparedHandles() {}

    /**
     * The definition of an actor's subject, without its name.
     *
     * @param bean name of the bean
     * @param actor name of the actor's class
     */
    static RootBeanDefinition subject(String bean, String actor) {
        Class<?> type = type(actor);
        var definition = new RootBeanDefinition(Subject.class);
        definition.setTargetType(ActorDeclaration.of(bean, type).subjectType());
        definition.setQualifiedElement(type);
        return definition;
    }

    /**
     * The definition of a factory's handle, without its name.
     *
     * @param bean name of the bean
     * @param configuration name of the class that declares the bean method of the builder
     * @param method that method, as {@link Method#toString} writes it
     */
    static RootBeanDefinition factory(String bean, String configuration, String method) {
        Method declared =
                Arrays.stream(type(configuration).getDeclaredMethods())
                        .filter(one -> one.toString().equals(method))
                        .findFirst()
                        .orElseThrow(() -> changed(bean, method));
        ResolvableType handle =
                new FactoryDeclaration(bean)
                        .handleType(ResolvableType.forMethodReturnType(declared));
        var definition = new RootBeanDefinition(handle.toClass());
        definition.setTargetType(handle);
        definition.setQualifiedElement(declared);
        return definition;
    }

    private static Class<?> type(String name) {
        return ClassUtils.resolveClassName(name, ClassUtils.getDefaultClassLoader());
    }

    private static IllegalStateException changed(String bean, String method) {
        return new IllegalStateException(
                "The method that declares the factory '%s' has changed since ahead-of-time processing: %s. Process the application again."
                        .formatted(bean, method));
    }
}
