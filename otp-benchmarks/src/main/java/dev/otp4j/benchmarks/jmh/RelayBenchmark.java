/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Address;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One message that actors pass on in a circle. Two actors are ping-pong, 10,000 are a ring. Each
 * hop sends a new message with the number of remaining hops.
 */
public class RelayBenchmark extends EngineState {
    private record Token(int left) {}

    /** How often the message is passed on. */
    @Param("1000000")
    public int operations = 1_000_000;

    /** Number of actors in the circle. */
    @Param("2")
    public int actors = 2;

    private CountDownLatch done = new CountDownLatch(1);
    private List<Address<Token>> circle = List.of();

    /** Starts the circle. */
    @Setup(Level.Invocation)
    public void startActors() {
        done = new CountDownLatch(1);
        circle = engine().startAll(actors, 0, i -> (state, token) -> handOn(i, state, token));
    }

    private @Nullable Integer handOn(int at, Integer state, Token token) {
        if (token.left() < 0) return null;
        if (token.left() == 0) done.countDown();
        else circle.get(at + 1 == actors ? 0 : at + 1).send(new Token(token.left() - 1));
        return state;
    }

    /** Stops it. */
    @TearDown(Level.Invocation)
    public void stopActors() {
        circle.forEach(actor -> actor.send(new Token(-1)));
    }

    /** Sends the message, and waits until it has made all its hops. */
    @Benchmark
    public void relay() throws InterruptedException {
        circle.getFirst().send(new Token(operations));
        done.await();
    }
}
