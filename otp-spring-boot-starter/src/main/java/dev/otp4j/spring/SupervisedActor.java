/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.supervisor.Restart;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Makes a class an actor of the application's supervision tree. The class implements {@link
 * dev.otp4j.actor.Actor}; others reach it through a {@code Subject} of its message type.
 *
 * {@snippet :
 * @SupervisedActor(supervisor = ShopSupervisor.class, order = 1)
 * class Stock implements Actor<Integer, Stock.Message> { … }
 *
 * @RestController
 * class StockController {
 *     StockController(Subject<Stock.Message> stock) { … }
 * }
 * }
 *
 * <p>For an actor {@code stock} there are two beans: {@code stock}, its subject, the same object
 * for the life of the context; and {@code stock.actor}, the actor itself, a prototype that is
 * fetched anew at each start and restart, in the actor's own process, and that is never injected.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
public @interface SupervisedActor {
    /**
     * Name of the actor and of its subject's bean: letters, digits and {@code -}, a letter first.
     * Defaults to the name of the class, beginning in lower case.
     */
    @AliasFor(annotation = Component.class)
    String value() default "";

    /** The class of its supervisor, annotated with {@link Supervisor}. Defaults to the root. */
    Class<?> supervisor() default void.class;

    /** Its place among its siblings, which start in order; equal ones start by name. */
    int order() default 0;

    /** When it is started again. */
    Restart restart() default Restart.PERMANENT;

    /**
     * How long it may take to stop before it is killed: a duration such as {@code 5s}, or {@code
     * infinity}, or {@code brutal-kill} to kill it without asking. May be a placeholder.
     */
    String shutdown() default "5s";

    /**
     * How long its initialiser may take, the creation of the bean included. Defaults to {@code
     * otp.supervision.init-timeout}. May be a placeholder.
     */
    String initTimeout() default "";

    /**
     * Whether exit signals become messages, so that at its stop the actor handles what is queued
     * and then {@code onTerminate}, all within {@link #shutdown}. Without it a stop ends the actor
     * at once.
     */
    boolean trapExits() default true;

    /**
     * Whether its thread is interrupted when it is killed. An interrupt closes the file channel or
     * the virtual thread's socket it hits; without it, code that runs at that moment finishes
     * undisturbed, beside the successor.
     */
    boolean interruptOnKill() default true;
}
