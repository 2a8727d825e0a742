/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactorySupervisor;
import org.springframework.core.ResolvableType;

/**
 * A factory that the application declares by a bean of its builder.
 *
 * @param name name of the factory and of the bean of its handle
 */
record FactoryDeclaration(String name) {
    private static final String SUFFIX = ".builder";

    static FactoryDeclaration of(String beanName) {
        String name = BeanNames.strip(beanName, SUFFIX);
        return new FactoryDeclaration(
                BeanNames.checked(name, "the bean of a FactorySupervisor.Builder"));
    }

    /** Name of the builder's bean. */
    String beanName() {
        return name + SUFFIX;
    }

    /** Type of the handle, derived from the declared type of the builder's bean. */
    ResolvableType handleType(ResolvableType declared) {
        ResolvableType builder = declared.as(FactorySupervisor.Builder.class);
        ResolvableType argument = builder.getGeneric(0);
        ResolvableType data = builder.getGeneric(1);
        if (argument.resolve() == null || data.resolve() == null) {
            throw new TreeDeclarationException(
                    "The type arguments of factory '%s' are not known: its bean is declared as %s."
                            .formatted(name, declared),
                    "Declare the bean with a @Bean method that returns FactorySupervisor.Builder<A, D> with both"
                            + " type arguments.");
        }
        return ResolvableType.forClassWithGenerics(FactorySupervisor.class, argument, data);
    }

    String description() {
        return "factory '%s' (bean '%s')".formatted(name, beanName());
    }
}
