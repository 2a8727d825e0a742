/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Places a child that is declared as a bean: a {@code ChildSpecification} or a {@code
 * FactorySupervisor.Builder}.
 *
 * {@snippet :
 * @Bean
 * @ChildOf(supervisor = ShopSupervisor.class, order = 2)
 * FactorySupervisor.Builder<User, Subject<Session.Message>> sessions() {
 *     return FactorySupervisor.workerChild(Session::start);
 * }
 * }
 *
 * <p>Such a bean without this annotation is a child of the root, with order 0.
 *
 * @since 0.1.0
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ChildOf {
    /** The class of its supervisor, annotated with {@link Supervisor}. Defaults to the root. */
    Class<?> supervisor() default void.class;

    /** Its place among its siblings, which start in order; equal ones start by name. */
    int order() default 0;
}
