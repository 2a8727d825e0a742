/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import dev.otp4j.process.Subject;
import java.util.Objects;

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
    public Next<StatefulActor<M>, M> onMessage(StatefulActor<M> state, M message) throws Exception {
        return switch (state.handle(message)) {
            case StatefulActor.Step.Keep keep -> Next.continueWith(state);
            case StatefulActor.Step.Stop(ExitReason reason) -> Next.stop(reason);
            case null -> throw ActorLoop.returnedNull(this, "handle", "Step.KEEP or Step.stop()");
        };
    }

    @Override
    public void onTerminate(StatefulActor<M> state, ExitReason reason) throws Exception {
        state.onTerminate(reason);
    }
}
