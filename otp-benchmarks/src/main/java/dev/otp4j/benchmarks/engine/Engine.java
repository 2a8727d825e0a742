/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What the benchmarks ask of an engine.
 *
 * <p>Any thread may use it. What an engine cannot do throws {@link UnsupportedOperationException};
 * the catalogue of metrics says who takes part where.
 */
public interface Engine extends AutoCloseable {
    /** After so many starts {@link #startAndStop} waits until all of them have ended. */
    int BATCH = 100;

    /** Starts one actor; returns when it can be sent to. */
    <S, M> Address<M> start(S state, Handling<S, M> handler);

    /** Starts many actors as fast as this engine can one after another. */
    default <S, M> List<Address<M>> startAll(
            int count, S state, IntFunction<Handling<S, M>> handlers) {
        var addresses = new ArrayList<Address<M>>(count);
        for (int i = 0; i < count; i++) addresses.add(start(state, handlers.apply(i)));
        return addresses;
    }

    /** Sends a request and waits for its reply, from a thread or from an actor that may block. */
    <M, R> R call(Address<M> callee, Function<Address<R>, M> request);

    /**
     * Starts an actor that makes {@code calls} calls one after another whenever it is sent
     * something, and runs {@code done} after the last.
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

    /** Starts actors, each told to stop at once, and waits for the end of each {@link #BATCH}. */
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

    /** {@return how many handlers may block at once without the benchmark taking minutes} */
    default int blockable() {
        return 10_000;
    }

    /** {@return a supervisor with so many children} */
    default Supervision supervision(int children) {
        throw new UnsupportedOperationException("no supervisors: " + this);
    }

    /**
     * {@return nanoseconds from the end of a supervised actor until its successor initialises}
     *
     * @param supervisors one after another, each with one child
     * @param restarts of each child
     */
    default long[] restarts(int supervisors, int restarts) throws InterruptedException {
        throw new UnsupportedOperationException("no supervisors: " + this);
    }

    /** Ends what the engine itself runs; its actors have been stopped before. */
    @Override
    default void close() {}
}
