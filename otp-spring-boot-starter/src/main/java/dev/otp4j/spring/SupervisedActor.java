/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring;

import dev.otp4j.process.ConcurrencyLimit;
import dev.otp4j.process.MailboxLimit;
import dev.otp4j.process.MailboxRetention;
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
 * Makes a class an actor of the application's supervision tree. The class must implement {@link
 * dev.otp4j.actor.StatefulActor}, which keeps its state in fields, or {@link
 * dev.otp4j.actor.Actor}, which returns its next state from each handler. Other beans send messages
 * to the actor through a {@code Subject} of its message type.
 *
 * {@snippet :
 * @SupervisedActor(supervisor = ShopSupervisor.class, order = 1)
 * class Stock implements StatefulActor<Stock.Message> { … }
 *
 * @RestController
 * class StockController {
 *     StockController(Subject<Stock.Message> stock) { … }
 * }
 * }
 *
 * <p>An actor {@code stock} has two beans. The bean {@code stock} is its subject; it stays the same
 * object for the life of the context. The bean {@code stock.actor} is the actor itself, a
 * prototype: a new object is created at each start and restart, in the actor's own process, and
 * destroyed when the actor ends. It cannot be injected.
 *
 * <p>Annotations whose proxy runs in the caller's thread, such as {@code @Transactional}, work on
 * the class and on the methods that the interface declares.
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
     * Name of the actor and of its subject's bean: letters, digits and {@code -}, beginning with a
     * letter. Defaults to the simple name of the class, beginning in lower case.
     */
    @AliasFor(annotation = Component.class)
    String value() default "";

    /**
     * Class of the actor's supervisor, annotated with {@link Supervisor}. Defaults to the root
     * supervisor.
     */
    Class<?> supervisor() default void.class;

    /**
     * Position of the actor among the children of its supervisor. They start in ascending order and
     * stop in reverse; children of equal order start by name. Defaults to 0.
     */
    int order() default 0;

    /**
     * When the supervisor starts the actor again after it has ended by itself. Defaults to {@link
     * Restart#PERMANENT}: always.
     */
    Restart restart() default Restart.PERMANENT;

    /**
     * How long the actor may take to stop before its supervisor kills it: a duration such as {@code
     * 5s}, {@code infinity} for no limit, or {@code brutal-kill} to kill the actor at once.
     * Defaults to {@code 5s}. May be a placeholder.
     */
    String shutdown() default "5s";

    /**
     * How long the actor's initialiser may take at each start and restart, including the creation
     * of the actor's bean: a duration such as {@code 10s}, longer than zero. Defaults to the
     * property {@code otp.supervision.init-timeout}. May be a placeholder.
     */
    String initTimeout() default "";

    /**
     * Whether the actor traps exits. An actor that does finishes its current message when it is
     * stopped, handles the messages that are still queued, and then runs {@code onTerminate}, all
     * within {@link #shutdown}. An actor that does not trap exits ends at once. Defaults to {@code
     * true}.
     */
    boolean trapExits() default true;

    /**
     * Whether a kill interrupts the actor's thread. An interrupt closes the file channel or socket
     * that the thread is using at that moment. Without the interrupt, code that is running at that
     * moment runs to its end, possibly at the same time as the actor's successor. Defaults to
     * {@code true}.
     */
    boolean interruptOnKill() default true;

    /**
     * Whether an idle actor that this actor's handler sends to may run on the handler's thread
     * after the handler has ended, instead of on a new thread. That saves a change of threads. If
     * the handler goes on for long after it has sent, the receiver may start a millisecond or two
     * late. Has no effect with {@code otp.scheduling.chaining=false}. Defaults to {@code true}.
     */
    boolean chaining() default true;

    /**
     * How many messages may be queued at the actor, and what happens to one that finds no room:
     * {@code 1000 reject}, {@code 1000 drop-newest}, {@code 1000 block 5s} with the longest time
     * that a sender waits, or {@code unlimited}. Defaults to {@code unlimited}. May be a
     * placeholder. See {@link MailboxLimit}.
     */
    String mailbox() default "unlimited";

    /**
     * How many queued messages the actor gets at once, at most: with more than one, {@code
     * handleAll} or {@code onMessages} is called instead of {@code handle} or {@code onMessage}.
     * Must be positive. Defaults to 1.
     */
    int batches() default 1;

    /**
     * After how long without a message the method {@code onIdle} of the actor is called: a duration
     * such as {@code 10m}. Without it, which is the default, the method is not called. An actor
     * with this setting and without that method is not started. May be a placeholder.
     */
    String idleTimeout() default "";

    /**
     * Whether the actor drops a request whose call is over before its handler begins: the caller's
     * time limit has passed, the caller was interrupted, or its process has ended. Defaults to
     * {@code false}: the request is handled, and its reply is dropped.
     */
    boolean dropExpiredCalls() default false;

    /**
     * Whether a call of the actor fails early with {@link
     * dev.otp4j.process.CallException.CallCycle} if it stands in a circle of calls, all of whose
     * actors have this attribute. Defaults to {@code false}: the call times out. It is a heuristic.
     */
    boolean failCircularCalls() default false;

    /**
     * Whether messages that are queued when the actor ends are kept for its next start, and what
     * happens to the message that it was handling: {@code off}, {@code drop}, {@code retry 3}, or
     * {@code retry 3 park 500} with the number of messages that are kept as parked. Defaults to
     * {@code off}, with which all are dropped. May be a placeholder. See {@link MailboxRetention}.
     */
    String retained() default "off";

    /**
     * How long the supervisor waits before it starts the actor again after a failure. Without it,
     * which is the default, the supervisor starts the actor again at once.
     */
    RestartBackoff backoff() default @RestartBackoff(first = "", longest = "");

    /**
     * How long the successor of a killed actor waits for the code of the actor to return: a
     * duration such as {@code 10s}. Defaults to {@code 0s}: the successor may run at the same time.
     * May be a placeholder.
     */
    String awaitThreadOnKill() default "0s";

    /**
     * Name of the concurrency limit of which the actor takes a permit for each message: that of a
     * property {@code otp.concurrency.<name>.permits}, or of a bean of type {@link
     * ConcurrencyLimit}. {@code none} if the limit of the supervisor must not apply. Defaults to
     * the limit of its supervisor, if that has one. May be a placeholder.
     */
    String concurrency() default "";
}
