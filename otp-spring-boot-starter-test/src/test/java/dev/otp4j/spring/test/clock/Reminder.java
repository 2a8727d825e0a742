/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.spring.test.clock;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;

/** Counts the reminders that were due, a day after each request. */
@SupervisedActor
public class Reminder implements Actor<Integer, Reminder.Message> {
    private Subject<Message> self;

    /** What it is sent. */
    public sealed interface Message {}

    /** Asks for a reminder in a day. */
    public record Remind() implements Message {}

    /** A day has passed. */
    public record Due() implements Message {}

    /** Asks how many were due. */
    public record Count(Subject<Integer> replyTo) implements Message {}

    @Override
    public Integer init(Subject<Message> own) {
        self = own;
        return 0;
    }

    @Override
    public Next<Integer, Message> onMessage(Integer due, Message message) {
        return switch (message) {
            case Remind remind -> {
                self.sendAfter(Duration.ofDays(1), new Due());
                yield Next.continueWith(due);
            }
            case Due one -> Next.continueWith(due + 1);
            case Count(var replyTo) -> {
                replyTo.send(due);
                yield Next.continueWith(due);
            }
        };
    }
}
