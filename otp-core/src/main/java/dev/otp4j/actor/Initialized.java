/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.Selector;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an initialiser returns: the first state, what to receive, and what the starter gets.
 *
 * <p>Counterpart: {@code gleam/otp/actor.Initialised}.
 *
 * @param <S> the actor's state
 * @param <M> the actor's messages
 * @param <D> what the starter gets
 * @since 0.1.0
 */
public final class Initialized<S, M, D> {
    final S state;
    final @Nullable Selector<M> selector;
    final D data;
    final Actor.@Nullable Continuation<S, M> step;

    Initialized(
            S state,
            @Nullable Selector<M> selector,
            D data,
            Actor.@Nullable Continuation<S, M> step) {
        this.state = state;
        this.selector = selector;
        this.data = data;
        this.step = step;
    }

    /**
     * {@return receive with that selector} It replaces the default: the actor's own subject is then
     * received only if it was added.
     */
    public Initialized<S, M, D> selecting(Selector<M> selector) {
        return new Initialized<>(
                state, Objects.requireNonNull(selector, "'selector' must not be null"), data, step);
    }

    /** {@return give that to the starter instead of the actor's subject} */
    public <E> Initialized<S, M, E> returning(E newData) {
        return new Initialized<>(
                state,
                selector,
                Objects.requireNonNull(newData, "'newData' must not be null"),
                step);
    }

    /**
     * {@return run that step when the starter has its answer, before the first message} It runs
     * instead of {@link Actor#afterStart}. See {@link Next#continueThen}.
     */
    public Initialized<S, M, D> continueThen(Actor.Continuation<S, M> next) {
        return new Initialized<>(
                state, selector, data, Objects.requireNonNull(next, "'next' must not be null"));
    }
}
