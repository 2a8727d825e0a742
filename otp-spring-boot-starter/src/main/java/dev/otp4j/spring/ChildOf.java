/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Puts a child that is declared as a bean, a {@code ChildSpecification} or the builder of a {@code
 * FactorySupervisor} or a {@code KeyedFactory}, under a supervisor of the tree.
 *
 * {@snippet :
 * @Bean
 * @ChildOf(supervisor = ShopSupervisor.class, order = 2)
 * FactorySupervisor.Builder<User, Subject<Session.Message>> sessions() {
 *     return FactorySupervisor.workerChild(Session::start);
 * }
 * }
 *
 * <p>Without this annotation such a bean is a child of the root supervisor, with order 0.
 *
 * @since 0.1.0
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ChildOf {
    /**
     * Class of the child's supervisor, annotated with {@link Supervisor}. Defaults to the root
     * supervisor.
     */
    Class<?> supervisor() default void.class;

    /**
     * Position of the child among the children of its supervisor. They start in ascending order and
     * stop in reverse; children of equal order start by name. Defaults to 0.
     */
    int order() default 0;
}
