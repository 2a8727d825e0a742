/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.actor.StatefulActor.Step;
import dev.otp4j.process.Selector;
import java.util.List;

/** Handles a batch as if its messages came one by one. */
final class Batches {
    private Batches() {}

    static <S, M> Next<S, M> oneByOne(Actor<S, M> actor, S state, List<M> messages)
            throws Exception {
        S now = state;
        Selector<M> selector = null;
        for (M message : messages) {
            Next<S, M> next = actor.onMessage(now, message);
            if (!(next instanceof Next.Continue<S, M>(S then, Selector<M> changed))) return next;
            now = then;
            if (changed != null) selector = changed;
        }
        return new Next.Continue<>(now, selector);
    }

    static <M> Step oneByOne(StatefulActor<M> actor, List<M> messages) throws Exception {
        for (M message : messages) {
            Step step = actor.handle(message);
            if (!(step instanceof Step.Keep)) return step;
        }
        return Step.KEEP;
    }
}
