/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.StartException;
import dev.otp4j.sys.Sys;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.Race;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A kill against the takes of its victim, and against senders and a successor. */
@Tag("race")
@Timeout(120)
class RetainedClaimConcurrencyTests {
    private static final int MESSAGES = 4;
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** A process, its successor, and what each of them has begun to handle. */
    private final class Round {
        final Name<Integer> name = Name.create(runtime, "claimed", Vacancy.holding(100));
        final List<Integer> before = Collections.synchronizedList(new ArrayList<>());
        final List<Integer> after = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch end = new CountDownLatch(1);
        final ProcessPort first = start(before);

        private ProcessPort start(List<Integer> seen) {
            Actors.Body<Integer> body =
                    number -> {
                        if (number == MESSAGES) end.countDown();
                        else seen.add(number);
                    };
            return (ProcessPort)
                    Actors.handling(body)
                            .runtime(runtime)
                            .named(name)
                            .retained(MailboxRetention.dropping())
                            .start()
                            .pid();
        }

        void send() {
            for (int i = 0; i < MESSAGES; i++) name.subject().send(i);
        }

        void kill() {
            Processes.kill(first);
        }

        /** Starts the successor if the name is free; whether it was not. */
        boolean isTaken() {
            try {
                succeed();
                return false;
            } catch (StartException taken) {
                return true;
            }
        }

        void succeed() {
            start(after);
        }

        void check() {
            name.subject().send(MESSAGES);
            try {
                assertThat(end.await(10, TimeUnit.SECONDS)).as("the last one is handled").isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            var all = new HashSet<Integer>(before);
            all.addAll(after);
            assertThat(before).isSorted();
            assertThat(after).isSorted();
            assertThat(all).as("none is handled twice").hasSize(before.size() + after.size());
            assertThat(MESSAGES - all.size()).as("one may be in hand").isBetween(0, 1);
            missing.addAndGet(MESSAGES - all.size());
            Processes.kill(name.subject().owner());
        }
    }

    private final ProcessRuntime runtime = ProcessRuntime.builder().name("claims").build();
    private final AtomicLong missing = new AtomicLong();

    private void expectNothingLost() {
        assertThat(runtime.awaitReports(Duration.ofSeconds(10))).isTrue();
        assertThat(runtime.deadLetters(DropReason.IN_HAND)).isGreaterThanOrEqualTo(missing.get());
        assertThat(runtime.deadLetters()).isEqualTo(runtime.deadLetters(DropReason.IN_HAND));
        runtime.close();
    }

    @Test
    @Rule({"RM-01", "RM-02"})
    void aMessageIsInHandOrLeft() {
        Race.run(
                20_000,
                LIMIT,
                Round::new,
                round -> {
                    round.succeed();
                    round.check();
                },
                Round::send,
                Round::kill);
        expectNothingLost();
    }

    @Test
    @Rule("RM-01")
    void aSuccessorThatTakesTheNameAtOnceGetsAllOfItInOrder() {
        Race.run(
                20_000,
                LIMIT,
                Round::new,
                Round::check,
                Round::send,
                Round::kill,
                round -> {
                    while (round.isTaken()) Thread.onSpinWait();
                });
        expectNothingLost();
    }

    @Test
    @Rule("RM-07")
    void aQueuedCallIsAnsweredByTheSuccessorWheneverItsCalleeIsKilled() {
        Race.run(
                20_000,
                LIMIT,
                Callee::new,
                Callee::check,
                callee -> callee.call = callee.name.subject().callAsync(LONG, Ask::new),
                callee -> Processes.kill(callee.first));
        runtime.close();
    }

    private record Ask(ReplyTo<Integer> replyTo) {}

    private static final Duration LONG = Duration.ofSeconds(20);

    /** A suspended process that is called, and its successor. */
    private final class Callee {
        final Name<Ask> name = Name.create(runtime, "callee", Vacancy.holding(100));
        final Pid first = start();
        volatile @Nullable CompletableFuture<Integer> call;

        Callee() {
            Sys.suspend(first);
        }

        private Pid start() {
            Actors.Body<Ask> body = ask -> ask.replyTo().send(1);
            return Actors.handling(body)
                    .runtime(runtime)
                    .named(name)
                    .retained(MailboxRetention.dropping())
                    .start()
                    .pid();
        }

        void check() {
            Pid next = start();
            assertThat(Objects.requireNonNull(call)).succeedsWithin(LONG).isEqualTo(1);
            Processes.kill(next);
        }
    }

    @Test
    @Rule({"RM-01", "RM-02"})
    void aKillWhileManyMessagesAreTakenLosesNone() throws Exception {
        int many = 100_000;
        for (int round = 0; round < 60; round++) {
            Name<Integer> name = Name.create(runtime, "flooded", Vacancy.holding(1));
            var gate = new CountDownLatch(1);
            var begun = new AtomicLong();
            Actors.Body<Integer> body =
                    number -> {
                        begun.incrementAndGet();
                        if (number == 0) gate.await();
                    };
            Pid first =
                    Actors.handling(body)
                            .runtime(runtime)
                            .named(name)
                            .retained(MailboxRetention.dropping())
                            .start()
                            .pid();
            for (int i = 0; i <= many; i++) name.subject().send(i);
            long end = System.nanoTime() + 20_000L * round;
            gate.countDown();
            while (System.nanoTime() < end) Thread.onSpinWait();

            Processes.kill(first);

            long left = name.heldCount();
            Expect.eventually("its code has returned", () -> runtime.zombies().isEmpty());
            assertThat(many + 1 - left - begun.get()).as("in hand, not begun").isBetween(0L, 1L);
            name.abandon("over");
        }
        runtime.close();
    }
}
