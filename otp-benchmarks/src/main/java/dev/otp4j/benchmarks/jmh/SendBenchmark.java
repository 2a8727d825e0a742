/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.benchmarks.jmh;

import dev.otp4j.benchmarks.engine.Address;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Messages to one receiver, which counts them down in its state; measured from the first send until
 * the last message has been handled. The senders are actors, each of which sends all its messages
 * in one handler, or one thread.
 */
public class SendBenchmark extends EngineState {
    private record Number(int value) {}

    /** Number of messages, all senders together. */
    @Param("2000000")
    public int operations = 2_000_000;

    /** Number of sending actors. */
    @Param("1")
    public int senders = 1;

    private CountDownLatch done = new CountDownLatch(1);
    private Address<Number> receiver = message -> {};
    private List<Address<Boolean>> sending = List.of();

    /** Starts the receiver and the senders. */
    @Setup(Level.Invocation)
    public void startActors() {
        var counted = new CountDownLatch(1);
        done = counted;
        Address<Number> counter =
                engine().start(
                                operations,
                                (Integer left, Number number) -> {
                                    if (number.value() < 0) return null;
                                    if (left == 1) counted.countDown();
                                    return left - 1;
                                });
        receiver = counter;
        int each = operations / senders;
        sending =
                engine().startAll(
                                senders,
                                0,
                                i ->
                                        (Integer state, Boolean go) -> {
                                            if (!go) return null;
                                            sendAll(counter, each);
                                            return state;
                                        });
    }

    /** Stops them. */
    @TearDown(Level.Invocation)
    public void stopActors() {
        receiver.send(new Number(-1));
        sending.forEach(sender -> sender.send(false));
    }

    private static void sendAll(Address<Number> receiver, int count) {
        for (int i = 0; i < count; i++) receiver.send(new Number(i));
    }

    /** Sends from actors. */
    @Benchmark
    public void fromActors() throws InterruptedException {
        sending.forEach(sender -> sender.send(true));
        done.await();
    }

    /** Sends from this platform thread. */
    @Benchmark
    public void fromPlatformThread() throws InterruptedException {
        sendAll(receiver, operations);
        done.await();
    }

    /** Sends from a virtual thread that does not run an actor. */
    @Benchmark
    public void fromVirtualThread() throws InterruptedException {
        Thread.startVirtualThread(() -> sendAll(receiver, operations));
        done.await();
    }
}
