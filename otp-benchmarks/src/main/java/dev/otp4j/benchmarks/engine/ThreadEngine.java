/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Actors by hand: a virtual thread for each, taking from a queue of its own. A call waits for a
 * future, without a time limit and without noticing the callee's end: cheaper than any engine's.
 */
abstract class ThreadEngine implements Engine {
    /** The queue of one actor. */
    interface Queue<M> extends Address<M> {
        M take() throws InterruptedException;
    }

    abstract <M> Queue<M> newQueue();

    @Override
    public <S, M> Address<M> start(S state, Handling<S, M> handler) {
        Queue<M> queue = newQueue();
        Thread.startVirtualThread(() -> loop(queue, state, handler));
        return queue;
    }

    private static <S, M> void loop(Queue<M> queue, S first, Handling<S, M> handler) {
        @Nullable S state = first;
        try {
            while (state != null) state = handler.handle(state, queue.take());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public <M, R> R call(Address<M> callee, Function<Address<R>, M> request) {
        var reply = new CompletableFuture<R>();
        callee.send(request.apply(reply::complete));
        return reply.join();
    }
}
