/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.supervisor.Strategy;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a class stand for a supervisor. The class has no content and is no bean; children and other
 * supervisors name it as theirs.
 *
 * {@snippet :
 * @Supervisor(strategy = Strategy.REST_FOR_ONE, intensity = 3, period = "5s")
 * class ShopSupervisor {}
 * }
 *
 * <p>A supervisor exists as soon as somebody below the root names it; one without children is not
 * started. It is permanent, and has all the time its children need to stop.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Supervisor {
    /**
     * Its name in the tree and in {@code otp.supervision.supervisors}: letters, digits and {@code
     * -}, a letter first. Defaults to the name of the class, beginning in lower case.
     */
    String value() default "";

    /** Which children are restarted when one fails. */
    Strategy strategy() default Strategy.ONE_FOR_ONE;

    /** How many restarts within {@link #period} it tolerates before it gives up. */
    int intensity() default 2;

    /** The period of {@link #intensity}: a duration such as {@code 5s}. May be a placeholder. */
    String period() default "5s";

    /** The class of its own supervisor. Defaults to the root. */
    Class<?> supervisor() default void.class;

    /** Its place among its siblings, which start in order; equal ones start by name. */
    int order() default 0;
}
