/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Selector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an actor does after a message: go on with a state, run a step first, or stop.
 *
 * {@snippet :
 * return total > 100 ? Next.stop() : Next.continueWith(total + 1);
 * }
 *
 * <p>Counterpart: {@code gleam/otp/actor.Next}.
 *
 * @param <S> the actor's state
 * @param <M> the actor's messages
 * @since 0.1.0
 */
public sealed interface Next<S, M> {
    /**
     * Go on.
     *
     * @param state what the next message sees
     * @param selector replaces the selector that the actor receives with, or null for no change
     */
    record Continue<S, M>(S state, @Nullable Selector<M> selector) implements Next<S, M> {
        /**
         * {@return go on, receiving with {@code next} from now on} It replaces the former selector
         * entirely.
         */
        public <N> Next<S, N> withSelector(Selector<N> next) {
            return new Continue<>(state, Objects.requireNonNull(next, "'next' must not be null"));
        }
    }

    /**
     * Go on, and run a step before the next message.
     *
     * @param state what the step sees
     * @param step the step
     */
    record ContinueThen<S, M>(S state, Actor.Continuation<S, M> step) implements Next<S, M> {
        /** Refuses a step that is null. */
        public ContinueThen {
            Objects.requireNonNull(step, "'step' must not be null");
        }
    }

    /**
     * Stop.
     *
     * @param reason why
     */
    record Stop<S, M>(ExitReason reason) implements Next<S, M> {}

    /** {@return go on with that state} */
    static <S, M> Continue<S, M> continueWith(S state) {
        return new Continue<>(state, null);
    }

    /**
     * {@return go on with that state, and run a step at once} The step runs when the handler has
     * returned, before anything else that is queued: messages, signals, system requests. Only the
     * end of the actor from outside, such as a kill, comes before it. A step may have a step in
     * turn. What it throws ends the actor, as in a handler; the crash report says that it was a
     * step.
     *
     * {@snippet :
     * case Put(var item, var replyTo) -> {
     *     replyTo.send(true); // the caller goes on
     *     yield Next.continueThen(state.with(item), this::index);
     * }
     * }
     *
     * <p>Counterpart: {@code {noreply, State, {continue, Arg}}} of gen_server.
     *
     * @param step see {@link Actor.Continuation}
     */
    static <S, M> Next<S, M> continueThen(S state, Actor.Continuation<S, M> step) {
        return new ContinueThen<>(state, step);
    }

    /** {@return stop: {@code normal}} */
    static <S, M> Next<S, M> stop() {
        return new Stop<>(ExitReason.NORMAL);
    }

    /**
     * {@return stop with that reason} A transient child stays down after {@code normal} and {@code
     * shutdown}.
     */
    static <S, M> Next<S, M> stop(ExitReason reason) {
        return new Stop<>(Objects.requireNonNull(reason, "'reason' must not be null"));
    }

    /**
     * {@return stop as a failure} Links and monitors see {@link ExitReason.Abnormal} with that
     * cause.
     */
    static <S, M> Next<S, M> stopAbnormal(Object cause) {
        return new Stop<>(ExitReason.abnormal(cause));
    }
}
