/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.cases;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Adds numbers, and fails when a message tells it to. */
@SupervisedActor
class Probe implements Actor<Integer, Probe.Message> {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    sealed interface Message {}

    record Add(int amount) implements Message {}

    record Get(Subject<Integer> replyTo) implements Message {}

    record Fail(Throwable thrown) implements Message {}

    /** A message that makes the actor fail. */
    static Message fail(String text) {
        return new Fail(new IllegalStateException(text));
    }

    static int total(Subject<Message> probe) {
        return probe.call(PATIENCE, Get::new);
    }

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
            case Fail(Throwable thrown) -> throw Sneaky.as(thrown);
        };
    }
}
