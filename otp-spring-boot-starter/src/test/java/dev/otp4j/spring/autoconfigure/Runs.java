/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import org.springframework.beans.factory.BeanFactory;

/** Two actors that run the code they are sent, for tests of what their threads have meanwhile. */
abstract class Runs implements Actor<Integer, Runnable> {
    @SupervisedActor("first")
    static class First extends Runs {}

    @SupervisedActor("second")
    static class Second extends Runs {}

    @Override
    public Integer init(Subject<Runnable> self) {
        return 0;
    }

    @Override
    public Next<Integer, Runnable> onMessage(Integer state, Runnable code) {
        code.run();
        return Next.continueWith(state);
    }

    static Subject<Runnable> first(BeanFactory beans) {
        return subject(beans, "first");
    }

    static Subject<Runnable> second(BeanFactory beans) {
        return subject(beans, "second");
    }

    @SuppressWarnings("unchecked") // both actors take code
    private static Subject<Runnable> subject(BeanFactory beans, String name) {
        return (Subject<Runnable>) beans.getBean(name);
    }
}
