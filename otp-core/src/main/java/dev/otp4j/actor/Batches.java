/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.actor.StatefulActor.Step;
import dev.otp4j.process.Selector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Handles a batch as if its messages came one by one. The steps that follow a message run before
 * the next message of the batch: the rest of the batch is then a step itself, which comes last.
 */
final class Batches {
    private Batches() {}

    /** The rest of a batch: no step of the actor's own. */
    interface Rest {}

    static <S, M> Next<S, M> oneByOne(Actor<S, M> actor, S state, List<M> messages)
            throws Exception {
        return new OfActor<>(actor, messages, null).onContinue(state);
    }

    static <M> Step oneByOne(StatefulActor<M> actor, List<M> messages) throws Exception {
        return new OfFields<>(actor, messages).run();
    }

    /**
     * Messages that an actor is still to handle.
     *
     * @param selector what a message before them has replaced the selector with, or null
     */
    private record OfActor<S, M>(
            Actor<S, M> actor, List<M> messages, @Nullable Selector<M> selector)
            implements Actor.Continuation<S, M>, Rest {

        @Override
        public Next<S, M> onContinue(S state) throws Exception {
            S now = state;
            Selector<M> changed = selector;
            for (int i = 0; i < messages.size(); i++) {
                switch (actor.onMessage(now, messages.get(i))) {
                    case Next.Continue<S, M>(S then, Selector<M> its) -> {
                        now = then;
                        if (its != null) changed = its;
                    }
                    case Next.ContinueThen<S, M>(S then, Actor.Continuation<S, M> step) -> {
                        var rest = new OfActor<>(actor, after(messages, i), changed);
                        return new Next.ContinueThen<>(then, followed(step, rest));
                    }
                    case Next.Stop<S, M> stop -> {
                        return stop;
                    }
                    case null -> {
                        return nothing();
                    }
                }
            }
            return new Next.Continue<>(now, changed);
        }

        /** A step, the steps that it asks for, and then the rest. */
        private static <S, M> Actor.Continuation<S, M> followed(
                Actor.Continuation<S, M> step, OfActor<S, M> rest) {
            return state ->
                    switch (step.onContinue(state)) {
                        case Next.Continue<S, M>(S then, Selector<M> its) ->
                                new Next.ContinueThen<>(
                                        then, its == null ? rest : rest.selecting(its));
                        case Next.ContinueThen<S, M>(S then, Actor.Continuation<S, M> more) ->
                                new Next.ContinueThen<>(then, followed(more, rest));
                        case Next.Stop<S, M> stop -> stop;
                        case null -> nothing();
                    };
        }

        private OfActor<S, M> selecting(Selector<M> its) {
            return new OfActor<>(actor, messages, its);
        }

        @SuppressWarnings("NullAway") // the caller refuses it
        private static <S, M> Next<S, M> nothing() {
            return null;
        }
    }

    /** Messages that an actor with fields is still to handle. */
    private record OfFields<M>(StatefulActor<M> actor, List<M> messages)
            implements StatefulActor.Continuation, Rest {

        @Override
        public Step run() throws Exception {
            for (int i = 0; i < messages.size(); i++) {
                Step step = actor.handle(messages.get(i));
                if (step instanceof Step.Then(StatefulActor.Continuation next)) {
                    return Step.then(followed(next, new OfFields<>(actor, after(messages, i))));
                }
                if (!(step instanceof Step.Keep)) return step;
            }
            return Step.KEEP;
        }

        private static StatefulActor.Continuation followed(
                StatefulActor.Continuation step, OfFields<?> rest) {
            return () -> {
                Step next = step.run();
                if (next instanceof Step.Keep) return Step.then(rest);
                return next instanceof Step.Then(StatefulActor.Continuation more)
                        ? Step.then(followed(more, rest))
                        : next;
            };
        }
    }

    private static <M> List<M> after(List<M> messages, int index) {
        return messages.subList(index + 1, messages.size());
    }
}
