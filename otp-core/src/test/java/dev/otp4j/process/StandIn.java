/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** What a user would write for a test without a mock library; subclasses override what they use. */
abstract class StandIn<M> implements Subject<M> {
    @Override
    public <R> R callForever(Function<? super ReplyTo<R>, ? extends M> request) {
        return call(DEFAULT_CALL_TIMEOUT, request);
    }

    @Override
    public void send(M message) {}

    @Override
    public Sent trySend(M message) {
        return Sent.SENT;
    }

    @Override
    public Timer sendAfter(Duration delay, M message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer sendEvery(Duration period, M message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<M> receive(Duration timeout) {
        return Optional.empty();
    }

    @Override
    public M receiveForever() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pid owner() {
        return Processes.self();
    }
}
