/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.sample.console;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.process.ReplyTo;
import dev.otp4j.process.Subject;
import dev.otp4j.spring.SupervisedActor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/**
 * Answers all open pages with one picture of the relay. It is taken when it is asked for, and then
 * kept for a second: so many pages cost the database as much as one, and none costs nothing.
 */
@SupervisedActor(order = 4, dropExpiredCalls = true, mailbox = "1000 reject")
class Overview implements Actor<Overview.State, Overview.Message> {
    private static final Duration KEPT = Duration.ofSeconds(1);

    /** What the overview is asked. */
    sealed interface Message {
        /** The request for the picture. It is refused with what the database has thrown. */
        record Look(ReplyTo<byte[]> replyTo) implements Message {}

        /** Not from outside: the picture is too old. */
        record Forget() implements Message {}
    }

    /**
     * @param picture the picture as JSON, or null if none is fresh
     */
    record State(Subject<Message> self, byte @Nullable [] picture) {
        State with(byte @Nullable [] next) {
            return new State(self, next);
        }
    }

    private final Pictures pictures;

    Overview(Pictures pictures) {
        this.pictures = pictures;
    }

    @Override
    public State init(Subject<Message> self) {
        return new State(self, null);
    }

    @Override
    public Next<State, Message> onMessage(State state, Message message) {
        return Next.continueWith(
                switch (message) {
                    case Message.Look(var replyTo) -> look(state, replyTo);
                    case Message.Forget() -> state.with(null);
                });
    }

    private State look(State state, ReplyTo<byte[]> replyTo) {
        byte[] picture = state.picture();
        if (picture != null) {
            replyTo.send(picture);
            return state;
        }
        try {
            byte[] taken = pictures.take();
            replyTo.send(taken);
            state.self().sendAfter(KEPT, new Message.Forget());
            return state.with(taken);
        } catch (DataAccessException e) {
            replyTo.fail(e);
            return state;
        }
    }
}
