/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Address;
import dev.otp4j.benchmarks.engine.Echo;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Calls to one actor that echoes and counts. Each client waits for a reply before its next call.
 */
public class CallBenchmark extends EngineState {
    /** Number of calls, all clients together. */
    @Param("100000")
    public int operations = 100_000;

    /** Number of clients. */
    @Param("1")
    public int clients = 1;

    private CountDownLatch done = new CountDownLatch(1);
    private Address<Echo> server = message -> {};
    private List<Address<Boolean>> callers = List.of();

    /** Starts the server and the calling actors. */
    @Setup(Level.Invocation)
    public void startActors() {
        var called = new CountDownLatch(clients);
        done = called;
        Address<Echo> echoing =
                engine().start(
                                0,
                                (Integer count, Echo echo) -> {
                                    if (echo.number() < 0) return null;
                                    echo.replyTo().send(echo.number());
                                    return count + 1;
                                });
        server = echoing;
        int each = operations / clients;
        callers =
                IntStream.range(0, clients)
                        .mapToObj(i -> engine().startCaller(echoing, each, called::countDown))
                        .toList();
    }

    /** Stops them. */
    @TearDown(Level.Invocation)
    public void stopActors() {
        server.send(new Echo(-1, reply -> {}));
        callers.forEach(caller -> caller.send(false));
    }

    /** The clients are actors. */
    @Benchmark
    public void fromActors() throws InterruptedException {
        callers.forEach(caller -> caller.send(true));
        done.await();
    }

    /** The clients are virtual threads that do not run actors. */
    @Benchmark
    public void fromVirtualThreads() throws InterruptedException {
        fromThreads(Thread.ofVirtual().factory());
    }

    /** The clients are platform threads. */
    @Benchmark
    public void fromPlatformThreads() throws InterruptedException {
        fromThreads(Thread.ofPlatform().factory());
    }

    private void fromThreads(ThreadFactory threads) throws InterruptedException {
        for (int i = 0; i < clients; i++) threads.newThread(this::callAll).start();
        done.await();
    }

    private void callAll() {
        engine().callInTurn(server, operations / clients);
        done.countDown();
    }
}
