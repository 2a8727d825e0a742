/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.spring.TreeDeclarationException;
import dev.otp4j.supervisor.FactorySupervisor;
import dev.otp4j.supervisor.KeyedFactory;
import java.util.List;
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
                BeanNames.checked(name, "the bean of the builder of a factory"));
    }

    /** The types of the beans that declare factories. */
    static List<Class<?>> builders() {
        return List.of(FactorySupervisor.Builder.class, KeyedFactory.Builder.class);
    }

    static boolean isBuilder(Class<?> type) {
        return builders().stream().anyMatch(builder -> builder.isAssignableFrom(type));
    }

    static boolean isKeyed(ResolvableType declared) {
        return KeyedFactory.Builder.class.isAssignableFrom(declared.toClass());
    }

    /** Name of the builder's bean. */
    String beanName() {
        return name + SUFFIX;
    }

    /** Type of the handle, derived from the declared type of the builder's bean. */
    ResolvableType handleType(ResolvableType declared) {
        boolean keyed = isKeyed(declared);
        Class<?> type = keyed ? KeyedFactory.Builder.class : FactorySupervisor.Builder.class;
        ResolvableType builder = declared.as(type);
        ResolvableType argument = builder.getGeneric(0);
        ResolvableType data = builder.getGeneric(1);
        if (argument.resolve() == null || data.resolve() == null) {
            throw new TreeDeclarationException(
                    "The type arguments of factory '%s' are not known: its bean is declared as %s."
                            .formatted(name, declared),
                    "Declare the bean with a @Bean method that returns %s with both type arguments."
                            .formatted(
                                    keyed
                                            ? "KeyedFactory.Builder<K, M>"
                                            : "FactorySupervisor.Builder<A, D>"));
        }
        return ResolvableType.forClassWithGenerics(
                keyed ? KeyedFactory.class : FactorySupervisor.class, argument, data);
    }

    String description() {
        return "factory '%s' (bean '%s')".formatted(name, beanName());
    }
}
