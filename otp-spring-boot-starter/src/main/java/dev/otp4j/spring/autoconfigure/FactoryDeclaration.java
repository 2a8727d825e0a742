/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactorySupervisor;
import org.springframework.core.ResolvableType;

/**
 * A factory of the application, declared as a bean that is its builder.
 *
 * @param name of the factory, and of the bean that is its handle
 */
record FactoryDeclaration(String name) {
    private static final String SUFFIX = ".builder";

    static FactoryDeclaration of(String beanName) {
        String name = BeanNames.strip(beanName, SUFFIX);
        return new FactoryDeclaration(
                BeanNames.checked(name, "the bean of a FactorySupervisor.Builder"));
    }

    /** Name of the bean that is the builder. */
    String beanName() {
        return name + SUFFIX;
    }

    /** Type of the handle, from the type of the builder's bean. */
    ResolvableType handleType(ResolvableType declared) {
        ResolvableType builder = declared.as(FactorySupervisor.Builder.class);
        ResolvableType argument = builder.getGeneric(0);
        ResolvableType data = builder.getGeneric(1);
        if (argument.resolve() == null || data.resolve() == null) {
            throw new TreeDeclarationException(
                    "The types of factory '%s' are not known: its bean is declared as %s."
                            .formatted(name, declared),
                    "Declare the bean by a @Bean method that returns FactorySupervisor.Builder<A, D> with both"
                            + " types.");
        }
        return ResolvableType.forClassWithGenerics(FactorySupervisor.class, argument, data);
    }

    String description() {
        return "factory '%s' (bean '%s')".formatted(name, beanName());
    }
}
