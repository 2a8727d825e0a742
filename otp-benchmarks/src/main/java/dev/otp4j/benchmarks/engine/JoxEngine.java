/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import com.softwaremill.jox.Channel;

/**
 * A virtual thread and an unlimited Jox channel for each actor. Jox's own {@code ActorRef} uses the
 * same channel, but bounded, and needs a preview feature of JDK 25.
 */
final class JoxEngine extends ThreadEngine {
    private record Unlimited<M>(Channel<M> channel) implements Queue<M> {
        @Override
        public void send(M message) {
            try {
                channel.send(message);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while sending", e);
            }
        }

        @Override
        public M take() throws InterruptedException {
            return channel.receive();
        }

        @Override
        public Object unwrapped() {
            return channel;
        }
    }

    @Override
    <M> Queue<M> newQueue() {
        return new Unlimited<>(Channel.newUnlimitedChannel());
    }
}
