/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hand-written actors: each is a virtual thread that takes messages from its queue. A call waits
 * for a future. It has no time limit and does not notice the end of the callee, so it is cheaper
 * than a call of any real engine.
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
