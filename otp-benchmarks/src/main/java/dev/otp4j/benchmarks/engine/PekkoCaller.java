/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** An actor that asks, and asks again when the reply arrives, as Pekko's guide recommends. */
final class PekkoCaller {
    sealed interface Event {
        record Go(boolean calls) implements Event {}

        record Replied(Integer number) implements Event {}

        record Failed(Throwable cause) implements Event {}
    }

    private final ActorContext<Event> context;
    private final ActorRef<Echo> callee;
    private final int calls;
    private final Duration timeout;
    private final Runnable done;

    private PekkoCaller(
            ActorContext<Event> context,
            ActorRef<Echo> callee,
            int calls,
            Duration timeout,
            Runnable done) {
        this.context = context;
        this.callee = callee;
        this.calls = calls;
        this.timeout = timeout;
        this.done = done;
    }

    static Behavior<Event> create(
            ActorRef<Echo> callee, int calls, Duration timeout, Runnable done) {
        return Behaviors.setup(
                context ->
                        Behaviors.receiveMessage(
                                new PekkoCaller(context, callee, calls, timeout, done)::onEvent));
    }

    private Behavior<Event> onEvent(Event event) {
        switch (event) {
            case Event.Go(boolean wanted) -> {
                if (!wanted) return Behaviors.stopped();
                ask(0);
            }
            case Event.Replied(Integer number) -> {
                if (number + 1 == calls) done.run();
                else ask(number + 1);
            }
            case Event.Failed(Throwable cause) -> throw new IllegalStateException(cause);
        }
        return Behaviors.same();
    }

    private void ask(int number) {
        context.ask(
                Integer.class,
                callee,
                timeout,
                (ActorRef<Integer> replyTo) -> new Echo(number, PekkoEngine.address(replyTo)),
                PekkoCaller::event);
    }

    private static Event event(@Nullable Integer reply, @Nullable Throwable failure) {
        if (reply != null) return new Event.Replied(reply);
        return new Event.Failed(failure == null ? new IllegalStateException("no reply") : failure);
    }
}
