/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An actor whose state is an object that keeps it in fields. */
record FieldActor<M>(StatefulActor<M> actor) implements Actor<StatefulActor<M>, M> {
    FieldActor {
        Objects.requireNonNull(actor, "the actor's supplier returned null");
    }

    @Override
    public StatefulActor<M> init(Subject<M> self) throws Exception {
        actor.started(self);
        return actor;
    }

    @Override
    public Next<StatefulActor<M>, M> afterStart(StatefulActor<M> state) throws Exception {
        return next(state, state.afterStart(), "afterStart");
    }

    @Override
    public Next<StatefulActor<M>, M> onIdle(StatefulActor<M> state) throws Exception {
        return next(state, state.onIdle(), "onIdle");
    }

    @Override
    public Next<StatefulActor<M>, M> onMessage(StatefulActor<M> state, M message) throws Exception {
        return next(state, state.handle(message), "handle");
    }

    @Override
    public Next<StatefulActor<M>, M> onMessages(StatefulActor<M> state, List<M> messages)
            throws Exception {
        return next(state, state.handleAll(messages), "handleAll");
    }

    /** A step of the actor. */
    private record Following<M>(FieldActor<M> of, StatefulActor.Continuation step)
            implements Actor.Continuation<StatefulActor<M>, M> {
        @Override
        public Next<StatefulActor<M>, M> onContinue(StatefulActor<M> state) throws Exception {
            return of.next(state, step.run(), ActorLoop.STEP);
        }
    }

    /** The rest of a batch. */
    private record FollowingRest<M>(Following<M> rest)
            implements Actor.Continuation<StatefulActor<M>, M>, Batches.Rest {
        @Override
        public Next<StatefulActor<M>, M> onContinue(StatefulActor<M> state) throws Exception {
            return rest.onContinue(state);
        }
    }

    private Next<StatefulActor<M>, M> then(
            StatefulActor<M> state, StatefulActor.Continuation step) {
        var following = new Following<>(this, step);
        return Next.continueThen(
                state, step instanceof Batches.Rest ? new FollowingRest<>(following) : following);
    }

    private Next<StatefulActor<M>, M> next(
            StatefulActor<M> state, StatefulActor.@Nullable Step step, String method) {
        return switch (step) {
            case StatefulActor.Step.Keep keep -> Next.continueWith(state);
            case StatefulActor.Step.Then(StatefulActor.Continuation then) -> then(state, then);
            case StatefulActor.Step.Stop(ExitReason reason) -> Next.stop(reason);
            case null -> throw ActorLoop.returnedNull(this, method, "Step.KEEP or Step.stop()");
        };
    }

    @Override
    public void onTerminate(StatefulActor<M> state, ExitReason reason) throws Exception {
        state.onTerminate(reason);
    }
}
