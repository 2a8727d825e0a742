/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.actor;

import dev.otp4j.process.ExitReason;
import java.util.List;

/**
 * An actor whose object is of another class than the one that tools show, such as a proxy.
 *
 * @param actor the object
 * @param type the class to show
 */
record Shown<S, M>(Actor<S, M> actor, Class<?> type) implements InitializingActor<S, M, Object> {
    /** {@return the actor itself if it is of that class, so that only proxies pay} */
    static <S, M> Actor<S, M> as(Class<?> type, Actor<S, M> actor) {
        if (actor == null || ActorBuilder.userClass(actor) == type) return actor;
        return new Shown<>(actor, type);
    }

    @Override
    @SuppressWarnings("unchecked") // what it holds is read only
    public Initialized<S, M, Object> initialize(Init<M> init) throws Exception {
        return (Initialized<S, M, Object>) ActorLoop.initialized(actor, init);
    }

    @Override
    public Next<S, M> afterStart(S state) throws Exception {
        return actor.afterStart(state);
    }

    @Override
    public Next<S, M> onIdle(S state) throws Exception {
        return actor.onIdle(state);
    }

    @Override
    public Next<S, M> onMessage(S state, M message) throws Exception {
        return actor.onMessage(state, message);
    }

    /**
     * The interface's own handler of batches would run in the object behind the proxy, and call
     * that object, so that each message would pass the proxy by.
     */
    @Override
    public Next<S, M> onMessages(S state, List<M> messages) throws Exception {
        if (!Overriding.ON_MESSAGES.by(type)) return Batches.oneByOne(actor, state, messages);
        return actor.onMessages(state, messages);
    }

    @Override
    public void onTerminate(S state, ExitReason reason) throws Exception {
        actor.onTerminate(state, reason);
    }
}
