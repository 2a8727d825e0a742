/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.supervisor.Strategy;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a supervisor of the application's supervision tree. The annotated class has no content
 * and is not a bean; children and other supervisors refer to it with their attribute {@code
 * supervisor}.
 *
 * {@snippet :
 * @Supervisor(strategy = Strategy.REST_FOR_ONE, intensity = 3, period = "5s")
 * class ShopSupervisor {}
 * }
 *
 * <p>A supervisor is part of the tree if a child refers to it, directly or through another
 * supervisor; a supervisor without children is not started. Every supervisor is a permanent child,
 * and its own stop has no time limit beyond those of its children.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Supervisor {
    /**
     * Name of the supervisor in the tree and in the property {@code otp.supervision.supervisors}:
     * letters, digits and {@code -}, beginning with a letter. Defaults to the simple name of the
     * class, beginning in lower case.
     */
    String value() default "";

    /**
     * Which children the supervisor restarts when one of them fails. Defaults to {@link
     * Strategy#ONE_FOR_ONE}: only that child.
     */
    Strategy strategy() default Strategy.ONE_FOR_ONE;

    /**
     * How many restarts within {@link #period} the supervisor tolerates; it gives up when one more
     * is needed. Must not be negative; 0 tolerates no restart. Defaults to 2. The property {@code
     * otp.supervision.supervisors.<name>.intensity} overrides it.
     */
    int intensity() default 2;

    /**
     * Period in which restarts count towards {@link #intensity}: a duration such as {@code 5s},
     * longer than zero. Defaults to {@code 5s}. May be a placeholder. The property {@code
     * otp.supervision.supervisors.<name>.period} overrides it.
     */
    String period() default "5s";

    /** Class of the supervisor of this supervisor. Defaults to the root supervisor. */
    Class<?> supervisor() default void.class;

    /**
     * Position of this supervisor among the children of its own supervisor. They start in ascending
     * order and stop in reverse; children of equal order start by name. Defaults to 0.
     */
    int order() default 0;

    /**
     * Name of the concurrency limit of which all actors below the supervisor take permits, except
     * those that name another one: that of a property {@code otp.concurrency.<name>.permits}, or of
     * a bean of type {@link dev.otp4j.process.ConcurrencyLimit}. Defaults to the limit of its own
     * supervisor, if that has one. May be a placeholder. The property {@code
     * otp.supervision.supervisors.<name>.concurrency} overrides it.
     */
    String concurrency() default "";
}
