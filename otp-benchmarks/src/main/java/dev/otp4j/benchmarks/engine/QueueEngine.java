/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.util.concurrent.LinkedBlockingQueue;

/** A virtual thread and a {@link LinkedBlockingQueue} for each actor. */
final class QueueEngine extends ThreadEngine {
    private record Linked<M>(LinkedBlockingQueue<M> queue) implements Queue<M> {
        @Override
        public void send(M message) {
            queue.add(message);
        }

        @Override
        public M take() throws InterruptedException {
            return queue.take();
        }

        @Override
        public Object unwrapped() {
            return queue;
        }
    }

    @Override
    <M> Queue<M> newQueue() {
        return new Linked<>(new LinkedBlockingQueue<>());
    }
}
