/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.singleton;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a child of the supervision tree on one instance of the application at a time: an actor
 * annotated with {@code @SupervisedActor}, or the bean of a {@code ChildSpecification} or a {@code
 * FactorySupervisor.Builder}.
 *
 * {@snippet :
 * @SupervisedActor
 * @OnOneInstance
 * class Invoicing implements StatefulActor<Invoicing.Message> {
 *     Invoicing(Tenure tenure, JdbcClient jdbc) { … }
 * }
 * }
 *
 * <p>On each instance a process stands at the child's place, and waits for the lease. The instance
 * that gets it starts the child below. A {@link dev.otp4j.lease.Tenure} can be injected into the
 * actor; each write to what instances share carries its token. Sends and calls on an instance where
 * the child does not run fail, and say where it runs.
 *
 * @see dev.otp4j.lease.Singleton
 * @since 0.1.0
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface OnOneInstance {
    /**
     * Name of the lease, the same on each instance; at most 200 characters. Defaults to the name of
     * the child. Two applications with one database need different ones. May be a placeholder.
     */
    String lease() default "";

    /**
     * How many restarts of the child within {@link #period} are tolerated before the instance gives
     * the lease back and all instances pause. Not negative. Defaults to 2.
     */
    int intensity() default 2;

    /** The time within which restarts count: a duration such as {@code 5s}, the default. */
    String period() default "5s";
}
