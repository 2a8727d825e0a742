/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.SOON;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Flooded actors, more than there are carriers, and a thread that comes from elsewhere. In which
 * line of the JDK's scheduler something waits depends on the thread that put it there, so each test
 * takes many runtimes: each has a sentry of its own, in a line of its own.
 */
@Tag("race")
@Timeout(60)
class FloodConcurrencyTests {
    private static final int ROUNDS = 40;
    private static final int FLOODED = 4 * carriers();

    private static int carriers() {
        return Integer.getInteger(
                "jdk.virtualThreadScheduler.parallelism",
                Runtime.getRuntime().availableProcessors());
    }

    private interface Newcomer {
        /** Returns when it has had its turn. */
        void comes(ProcessRuntime runtime) throws Exception;
    }

    /** The newcomer has its turn while each of the flooded actors is sent to by itself. */
    private static void amidFloods(Newcomer newcomer) throws Exception {
        amidFloods(ROUNDS, () -> {}, newcomer);
    }

    private static void amidFloods(int rounds, Runnable work, Newcomer newcomer) throws Exception {
        for (int round = 0; round < rounds; round++) {
            var stop = new AtomicBoolean();
            try (var runtime = ProcessRuntime.builder().name("flooded").build()) {
                flood(runtime, work, stop);
                newcomer.comes(runtime);
            } finally {
                stop.set(true);
            }
        }
    }

    private static void flood(ProcessRuntime runtime, Runnable work, AtomicBoolean stop) {
        List<Subject<Integer>> flooded = new ArrayList<>();
        for (int i = 0; i < FLOODED; i++) {
            int own = i;
            flooded.add(
                    actor(
                            runtime,
                            message -> {
                                if (stop.get()) return;
                                work.run();
                                flooded.get(own).send(message);
                            }));
        }
        for (Subject<Integer> each : flooded) {
            for (int i = 0; i < 1_000; i++) each.send(i);
        }
    }

    private static Subject<Integer> actor(ProcessRuntime runtime, Consumer<Integer> handler) {
        return actor(runtime, Duration.ofSeconds(1), handler);
    }

    private static Subject<Integer> actor(
            ProcessRuntime runtime, Duration limit, Consumer<Integer> handler) {
        return Actors.<Integer>handling(message -> handler.accept(message))
                .initTimeout(limit)
                .runtime(runtime)
                .start()
                .data();
    }

    /** {@code start} gives up after a second. */
    @Test
    void anActorStartedByAnyThreadStartsAmidAFlood() throws Exception {
        amidFloods(
                runtime -> {
                    var handled = new CompletableFuture<Boolean>();
                    outside(() -> actor(runtime, message -> handled.complete(true)).send(1));
                    assertThat(get(handled)).isTrue();
                });
    }

    /**
     * A turn is 512 messages: these would take a second of a carrier for each. The limit is for
     * machines with fewer processors than carriers, or none for a moment; without short turns it is
     * not enough either.
     */
    @Test
    void slowHandlersDoNotKeepTheirTurnsWhileOthersWait() throws Exception {
        amidFloods(
                3,
                () -> spin(2_000_000),
                runtime -> {
                    var handled = new CompletableFuture<Boolean>();
                    outside(() -> actor(runtime, SOON, message -> handled.complete(true)).send(1));
                    assertThat(get(handled)).isTrue();
                });
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) Thread.onSpinWait();
    }

    @Test
    void aVirtualThreadOfOtherCodeBeginsAmidAFlood() throws Exception {
        amidFloods(
                runtime -> {
                    var begun = new CompletableFuture<Boolean>();
                    outside(() -> Thread.startVirtualThread(() -> begun.complete(true)));
                    assertThat(get(begun)).isTrue();
                });
    }

    @Test
    void aSleepingThreadWakesAmidAFlood() throws Exception {
        amidFloods(
                runtime -> {
                    var woken = new CompletableFuture<Boolean>();
                    outside(
                            () ->
                                    Thread.startVirtualThread(
                                            () -> {
                                                LockSupport.parkNanos(1_000_000);
                                                woken.complete(true);
                                            }));
                    assertThat(get(woken)).isTrue();
                });
    }

    @Test
    void aThreadThatReadsFromASocketReadsOnAmidAFlood() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var near = new Socket(server.getInetAddress(), server.getLocalPort());
                var far = server.accept()) {
            near.setSoTimeout((int) SOON.toMillis());
            Thread.startVirtualThread(() -> echo(far));
            amidFloods(
                    runtime -> {
                        near.getOutputStream().write(7);
                        assertThat(near.getInputStream().read()).isEqualTo(7);
                    });
        }
    }

    private static void echo(Socket socket) {
        try {
            for (int next; (next = socket.getInputStream().read()) >= 0; ) {
                socket.getOutputStream().write(next);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }
}
