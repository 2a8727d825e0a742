/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has the actors of a test's context run one at a time, in an order fixed by a seed, on a {@link
 * dev.otp4j.process.VirtualClock} that the test advances.
 *
 * {@snippet :
 * @ActorTest(Reminder.class)
 * @VirtualTime
 * class ReminderTests {
 *     @Autowired VirtualClock clock;
 *     @Autowired Subject<Reminder.Message> reminder;
 *
 *     @Test
 *     void remindsAfterADay() {
 *         reminder.send(new Remind(probe));
 *         clock.advance(Duration.ofDays(1));
 *         probe.expect(Reminded.class);
 *     }
 * }
 * }
 *
 * <p>For {@code @ActorTest}, {@code @SpringBootTest} and other tests with the auto-configured
 * {@code OtpSystem}. The threads of the test, of requests and of {@code @Async} send, call and wait
 * as usual. The context is cached as others are; it can be paused and closed. Time goes on from
 * where the test method before has left it.
 *
 * <p>Each test method has a fresh seed. A failure names it: run the method again with the system
 * property {@code otp.simulation.seed}. The order is the same again only if the method is the first
 * one that uses the context, or the methods before it leave the actors as they were.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface VirtualTime {}
