/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The operations that benchmarks need of an engine.
 *
 * <p>Thread-safe. Operations that an engine does not support throw {@link
 * UnsupportedOperationException}; {@code Metrics} lists the engines of each metric.
 */
public interface Engine extends AutoCloseable {
    /** After this many starts {@link #startAndStop} waits until all of these actors have ended. */
    int BATCH = 100;

    /** Starts one actor; returns when it accepts messages. */
    <S, M> Address<M> start(S state, Handling<S, M> handler);

    /** Starts many actors one after another, as fast as this engine can. */
    default <S, M> List<Address<M>> startAll(
            int count, S state, IntFunction<Handling<S, M>> handlers) {
        var addresses = new ArrayList<Address<M>>(count);
        for (int i = 0; i < count; i++) addresses.add(start(state, handlers.apply(i)));
        return addresses;
    }

    /**
     * Sends a request and waits for its reply. May be called by a thread, or by an actor that may
     * block.
     */
    <M, R> R call(Address<M> callee, Function<Address<R>, M> request);

    /**
     * Starts an actor that, at each message, makes {@code calls} calls one after another and runs
     * {@code done} after the last one.
     */
    default Address<Boolean> startCaller(Address<Echo> callee, int calls, Runnable done) {
        return start(
                0,
                (Integer state, Boolean go) -> {
                    if (!go) return null;
                    callInTurn(callee, calls);
                    done.run();
                    return state;
                });
    }

    /** Makes {@code calls} calls one after another on this thread. */
    default void callInTurn(Address<Echo> callee, int calls) {
        for (int i = 0; i < calls; i++) {
            int number = i;
            int reply = call(callee, (Address<Integer> replyTo) -> new Echo(number, replyTo));
            if (reply != number) throw new AssertionError(reply + " for " + number);
        }
    }

    /**
     * Starts actors, sends each a message to stop at once, and waits for the end of each {@link
     * #BATCH}.
     */
    default void startAndStop(int count) throws InterruptedException {
        for (int started = 0; started < count; started += BATCH) {
            var left = new CountDownLatch(BATCH);
            Handling<Integer, Boolean> handler =
                    (state, stop) -> {
                        left.countDown();
                        return null;
                    };
            for (int i = 0; i < BATCH; i++) start(0, handler).send(true);
            left.await();
        }
    }

    /**
     * {@return how many handlers can block at the same time so that the benchmark does not take
     * minutes}
     */
    default int blockable() {
        return 10_000;
    }

    /** {@return a supervisor with this many children, not started} */
    default Supervision supervision(int children) {
        throw new UnsupportedOperationException("this engine has no supervisors: " + this);
    }

    /**
     * {@return nanoseconds from the end of a supervised actor until its successor initialises}
     *
     * @param supervisors number of supervisors, started one after another, each with one child
     * @param restarts number of restarts of each child
     */
    default long[] restarts(int supervisors, int restarts) throws InterruptedException {
        throw new UnsupportedOperationException("this engine has no supervisors: " + this);
    }

    /** Ends the engine; its actors have been stopped before. */
    @Override
    default void close() {}
}
