/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.await;
import static dev.otp4j.testkit.Expect.eventually;
import static dev.otp4j.testkit.Expect.get;
import static dev.otp4j.testkit.Expect.outside;
import static dev.otp4j.testkit.Expect.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * How a receiver is freed from the hand-over cell of a sender that goes on, and which sender is
 * blamed.
 */
@Timeout(60)
@ExtendWith(EndsLeftProcesses.class)
class HandOverTests {

    private static Trust trust(Subject<Runnable> of) {
        return ((ProcessCell) of.owner()).trust();
    }

    /** Whether {@code b} begins while {@code a}, which has sent to it, waits for that. */
    private static boolean begins(Subject<Runnable> a, Subject<Runnable> b, Runnable meanwhile) {
        quiet(b.owner());
        var received = new CountDownLatch(1);
        var begun = new CompletableFuture<Boolean>();
        a.send(
                () -> {
                    b.send(received::countDown);
                    meanwhile.run();
                    await(received); // nothing of the engine
                    begun.complete(true);
                });
        return get(begun);
    }

    private static BooleanSupplier sentryHasEnded(String name) {
        return () ->
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("otp-sentry:" + name));
    }

    @Test
    void receiversStartAtOnceAfterTheRuntimeIsClosed() {
        var runtime = ProcessRuntime.builder().name("closed-runtime").build();
        Subject<Runnable> a = Actors.running(runtime);
        Subject<Runnable> b = Actors.running(runtime);
        runtime.close();
        eventually("the sentry has ended", sentryHasEnded("closed-runtime"));
        for (int i = 0; i < 3; i++) {
            assertThat(begins(a, b, () -> {})).as("send " + i + " after the close").isTrue();
        }
    }

    /** A sentry that ends leaves no receiver in a cell. */
    @Test
    void aReceiverInACellIsFreedWhenTheRuntimeIsClosed() {
        for (int round = 0; round < 40; round++) {
            var runtime = ProcessRuntime.builder().name("closing-runtime").build();
            Subject<Runnable> a = Actors.running(runtime);
            Subject<Runnable> b = Actors.running(runtime);
            assertThat(begins(a, b, () -> outside(runtime::close))).as("round " + round).isTrue();
        }
    }

    /**
     * Two looks at a receiver in a cell, so far apart. Whether its sender's kind is trusted still.
     */
    private static boolean trustedAfterLooks(long nanosApart) {
        try (var runtime = UnwatchedScheduler.runtime("unwatched").build()) {
            Subject<Runnable> a = Actors.running(runtime);
            Subject<Runnable> b = Actors.running(runtime);
            var clock = new AtomicLong(1_000);
            var handOvers = new HandOvers(runtime, clock::get);
            var trusted = new CompletableFuture<Boolean>();
            boolean begun =
                    begins(
                            a,
                            b,
                            () -> {
                                assertThat(handOvers.look()).as("a filled cell").isTrue();
                                assertThat(runtime.rescues()).isZero();
                                clock.addAndGet(nanosApart);
                                assertThat(handOvers.look()).as("filled until now").isTrue();
                                trusted.complete(trust(a).allows());
                            });
            assertThat(begun).isTrue();
            assertThat(runtime.rescues()).isEqualTo(1);
            assertThat(handOvers.look()).as("empty").isFalse();
            return get(trusted);
        }
    }

    @Test
    void aReceiverSeenAtTwoLooksInTimeIsFreedAndItsSenderIsBlamed() {
        assertThat(trustedAfterLooks(HandOvers.TICK)).isFalse();
        assertThat(trustedAfterLooks(2 * HandOvers.TICK)).isFalse();
    }

    /** A collection pause looks like a sender that goes on. */
    @Test
    void aLateLookFreesTheReceiverButBlamesNoSender() {
        assertThat(trustedAfterLooks(2 * HandOvers.TICK + 1)).isTrue();
        assertThat(trustedAfterLooks(1_000 * HandOvers.TICK)).isTrue();
    }
}
