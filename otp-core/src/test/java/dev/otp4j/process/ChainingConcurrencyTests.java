/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.OtpTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chains on one carrier, on two, on many. */
@Tag("race")
@OtpTest
@Timeout(60)
class ChainingConcurrencyTests {

    /** On one carrier an endless chain would keep all other processes from running. */
    @Test
    void anEndlessChainDoesNotStarveOtherProcesses() {
        for (int round = 0; round < 20; round++) {
            var stop = new AtomicBoolean();
            List<Subject<Integer>> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int other = 1 - i;
                both.add(
                        Actors.<Integer>handling(
                                        ball -> {
                                            if (!stop.get()) both.get(other).send(ball);
                                        })
                                .start()
                                .data());
            }
            both.getFirst().send(1);
            var third = new CompletableFuture<Boolean>();
            Subject<Integer> bystander =
                    Actors.<Integer>handling(
                                    message -> {
                                        third.complete(true);
                                    })
                            .start()
                            .data();
            bystander.send(1);
            assertThat(get(third)).isTrue();
            stop.set(true);
        }
    }

    /** Flooded actors take turns. */
    @Test
    void oneFloodedActorDoesNotKeepTheOtherFromRunning() {
        var stop = new AtomicBoolean();
        List<Subject<Integer>> flooded = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int own = i;
            flooded.add(
                    Actors.<Integer>handling(
                                    message -> {
                                        if (!stop.get()) flooded.get(own).send(message);
                                    })
                            .start()
                            .data());
        }
        for (Subject<Integer> each : flooded) {
            for (int i = 0; i < 1_000; i++) each.send(i);
        }
        var asked = new CompletableFuture<Boolean>();
        Subject<Integer> bystander =
                Actors.<Integer>handling(
                                message -> {
                                    asked.complete(true);
                                })
                        .start()
                        .data();
        bystander.send(1);
        assertThat(get(asked)).isTrue();
        stop.set(true);
    }

    /**
     * Every token arrives, whatever frees the receivers: tokens wander between many actors. Now and
     * then a handler blocks, sends twice, or is slow.
     */
    @Test
    void noReceiverIsForgottenInACell() {
        int actors = 32;
        int tokens = 200;
        int hops = 300;
        var arrived = new AtomicInteger();
        var all = new CompletableFuture<Boolean>();
        List<Subject<Integer>> ring = new ArrayList<>();
        for (int i = 0; i < actors; i++) {
            ring.add(
                    Actors.<Integer>handling(
                                    left -> {
                                        if (left == 0) {
                                            if (arrived.incrementAndGet() == tokens) {
                                                all.complete(true);
                                            }
                                        } else {
                                            pass(ring, left);
                                        }
                                    })
                            .start()
                            .data());
        }
        for (int i = 0; i < tokens; i++) ring.get(i % actors).send(hops);
        assertThat(get(all)).isTrue();
        assertThat(arrived).hasValue(tokens);
    }

    private static void pass(List<Subject<Integer>> ring, int left) {
        var random = ThreadLocalRandom.current();
        ring.get(random.nextInt(ring.size())).send(left - 1);
        int dice = random.nextInt(1_000);
        if (dice < 3) java.util.concurrent.locks.LockSupport.parkNanos(1_500_000);
        else if (dice < 40) Thread.yield();
        else if (dice < 80) Thread.currentThread().interrupt();
    }
}
