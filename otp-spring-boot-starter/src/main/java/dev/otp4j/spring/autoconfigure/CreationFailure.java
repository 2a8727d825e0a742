/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanInstantiationException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.InjectionPoint;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.core.MethodParameter;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.PlaceholderResolutionException;

/**
 * Why a bean of the tree could not be created, in words that name the place in the code.
 *
 * @param why what is wrong, without a period at the end
 * @param action what to do
 * @param isMistake whether the code or the configuration is wrong, so that another try would fail
 *     too
 */
record CreationFailure(String why, String action, boolean isMistake) {
    private static final String CONSTRAINTS = "jakarta.validation.ConstraintDeclarationException";

    /**
     * {@return why an actor's object could not be created or called, or null if the failure is not
     * Spring's}
     *
     * @param bean name of the actor's bean
     */
    static @Nullable CreationFailure ofActor(@Nullable Throwable failure, String bean) {
        if (failure == null) return null;
        if (failure.getClass().getName().equals(CONSTRAINTS)) return constraints(failure);
        if (!(failure instanceof BeanCreationException creation)) return null;
        if (!bean.equals(creation.getBeanName())) return null;
        CreationFailure found = of(creation);
        return new CreationFailure(
                "the actor's object could not be created: " + found.why(),
                found.action(),
                found.isMistake());
    }

    /** {@return why a bean could not be created} */
    static CreationFailure of(BeanCreationException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            CreationFailure known =
                    switch (cause) {
                        case NoUniqueBeanDefinitionException several -> several(failure, several);
                        case NoSuchBeanDefinitionException none -> none(failure, none);
                        case BeanInstantiationException made
                                when made.getCause() instanceof NoSuchMethodException ->
                                constructors(made.getBeanClass());
                        case PlaceholderResolutionException unknown -> placeholder(unknown);
                        default -> null;
                    };
            if (known != null) return known;
        }
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        return new CreationFailure(
                root == failure ? String.valueOf(root.getMessage()) : root.toString(),
                "Remove the cause; the log shows its full stack trace at level DEBUG.",
                false);
    }

    private static CreationFailure none(Throwable failure, NoSuchBeanDefinitionException cause) {
        return new CreationFailure(
                "%s requires a bean of type %s, and there is none"
                        .formatted(place(failure), wanted(cause)),
                "Define such a bean. Or remove the parameter or field.",
                true);
    }

    private static CreationFailure several(
            Throwable failure, NoUniqueBeanDefinitionException cause) {
        Collection<String> names = cause.getBeanNamesFound();
        return new CreationFailure(
                "%s requires a single bean of type %s, and there are several: %s"
                        .formatted(
                                place(failure),
                                wanted(cause),
                                String.join(", ", names == null ? List.of() : names)),
                "Name the parameter after one of the beans, add @Qualifier, or annotate one of the beans with @Primary.",
                true);
    }

    private static String wanted(NoSuchBeanDefinitionException cause) {
        ResolvableType type = cause.getResolvableType();
        return type == null ? String.valueOf(cause.getBeanName()) : type.toString();
    }

    /** The innermost injection point. */
    private static String place(Throwable failure) {
        InjectionPoint found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsatisfiedDependencyException unsatisfied
                    && unsatisfied.getInjectionPoint() != null)
                found = unsatisfied.getInjectionPoint();
        }
        if (found == null) return "it";
        MethodParameter parameter = found.getMethodParameter();
        String type = found.getMember().getDeclaringClass().getName();
        if (parameter == null) {
            return "the field '%s' of %s".formatted(found.getMember().getName(), type);
        }
        String of =
                parameter.getConstructor() == null
                        ? "method '" + found.getMember().getName() + "'"
                        : "the constructor";
        return "parameter %d of %s of %s".formatted(parameter.getParameterIndex() + 1, of, type);
    }

    private static CreationFailure constructors(Class<?> type) {
        return new CreationFailure(
                "%s has %d constructors with parameters, and Spring cannot choose one"
                        .formatted(type.getName(), type.getDeclaredConstructors().length),
                "Leave one constructor, or annotate one of them with @Autowired.",
                true);
    }

    private static CreationFailure placeholder(PlaceholderResolutionException cause) {
        return new CreationFailure(
                "a placeholder cannot be resolved: \"%s\"".formatted(cause.getPlaceholder()),
                "Define the property, or give the placeholder a default, as in \"${name:default}\".",
                true);
    }

    private static CreationFailure constraints(Throwable cause) {
        return new CreationFailure(
                "Bean Validation refuses the constraints of its methods: "
                        + String.valueOf(cause.getMessage()).replaceFirst("\\.$", ""),
                "By default, a method must not add constraints to a parameter of the interface that it implements. To allow it, define a bean of type ValidationConfigurationCustomizer: 'validation -> validation.addProperty(\"hibernate.validator.allow_parameter_constraint_override\", \"true\")'. Or validate the message in a separate bean that the actor calls, or before it is sent.",
                true);
    }
}
