/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.autoconfigure;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Adds numbers, and crashes when a message tells it to. */
@SupervisedActor
class Counter implements Actor<Integer, Counter.Message> {
    sealed interface Message {}

    record Add(int amount) implements Message {}

    record Get(Subject<Integer> replyTo) implements Message {}

    record Crash() implements Message {}

    @Override
    public Integer init(Subject<Message> self) {
        return 0;
    }

    @Override
    public Next<Integer, Message> onMessage(Integer total, Message message) {
        return switch (message) {
            case Add(int amount) -> Next.continueWith(total + amount);
            case Get(var replyTo) -> {
                replyTo.send(total);
                yield Next.continueWith(total);
            }
            case Crash() -> throw new IllegalStateException("told to crash");
        };
    }

    static int total(Subject<Message> counter) {
        return counter.call(Duration.ofSeconds(5), Get::new);
    }
}
