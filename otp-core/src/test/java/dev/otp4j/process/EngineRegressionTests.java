/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.anythingComes;
import static dev.otp4j.testkit.Expect.expect;
import static dev.otp4j.testkit.Expect.stubbornly;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.actor.Actor;
import dev.otp4j.actor.Next;
import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Expect;
import dev.otp4j.testkit.OtpTest;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What once went wrong. */
class EngineRegressionTests {
    /**
     * Both ends' locks are taken in the order of the serials, which two runtimes both count: a link
     * between two of them could deadlock, and is refused before any lock is taken.
     */
    @Test
    @Timeout(20)
    @Rule("TR-13")
    void aLinkToAProcessOfAnotherRuntimeIsRefusedAndBothLiveOn() {
        try (var here = ProcessRuntime.builder().name("here").build();
                var there = ProcessRuntime.builder().name("there").build()) {
            Subject<Link> one = linking(here);
            Subject<Link> other = linking(there);
            assertThat(one.owner().serial()).isEqualTo(other.owner().serial());
            for (int round = 0; round < 500; round++) {
                CompletableFuture<String> refusal = linkTo(one, other.owner());
                CompletableFuture<String> converse = linkTo(other, one.owner());
                assertThat(Expect.get(refusal)).isEqualTo(refused(one.owner(), other.owner()));
                assertThat(Expect.get(converse)).isEqualTo(refused(other.owner(), one.owner()));
            }
            Processes.kill(one.owner());
            assertThat(Processes.isAlive(one.owner())).isFalse();
            assertThat(Expect.get(linkTo(other, one.owner())))
                    .as("of one that is dead")
                    .isEqualTo(refused(other.owner(), one.owner()));
            assertThat(Processes.isAlive(other.owner())).isTrue();
        }
    }

    private record Link(Pid to, CompletableFuture<String> refusal) {}

    private static Subject<Link> linking(ProcessRuntime runtime) {
        return Actors.<Link>handling(
                        link -> {
                            try {
                                link.refusal().complete("linked: " + Processes.tryLink(link.to()));
                            } catch (IllegalArgumentException refused) {
                                link.refusal().complete(String.valueOf(refused.getMessage()));
                            }
                        })
                .runtime(runtime)
                .start()
                .data();
    }

    private static CompletableFuture<String> linkTo(Subject<Link> process, Pid to) {
        var refusal = new CompletableFuture<String>();
        process.send(new Link(to, refusal));
        return refusal;
    }

    private static String refused(Pid from, Pid to) {
        return "cannot link " + from + " to " + to + ": it is on node " + to.node();
    }

    /**
     * A killer waits until the victim is in no engine call; an overflow must not leave it in one.
     */
    @Test
    @OtpTest
    @Timeout(20)
    @Rule({"K-03", "TR-18"})
    void aStackOverflowInASendDoesNotHangWhoKills() {
        Subject<Integer> sink = Subject.create();
        for (int i = 0; i < 200; i++) {
            var caught = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            Pid victim =
                    Processes.spawnUnlinked(
                            () -> {
                                try {
                                    sendDeep(sink);
                                } catch (StackOverflowError expected) {
                                    // goes on
                                }
                                caught.countDown();
                                stubbornly(release);
                            });
            stubbornly(caught);
            Processes.flushMessages();
            Thread killer = Thread.ofPlatform().daemon().start(() -> Processes.kill(victim));
            boolean returned;
            try {
                returned = killer.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            release.countDown();
            assertThat(returned).as("kill returns, round " + i).isTrue();
        }
    }

    /**
     * Between the push and the start of the receiver a sender's stack may overflow. No other thread
     * would start that receiver: its mailbox says that one does.
     */
    @Test
    @OtpTest
    @Timeout(60)
    void aStackOverflowInASendStrandsNoReceiver() {
        Subject<Boolean> sink = Subject.create();
        List<Subject<Ask>> receivers = new ArrayList<>();
        for (int i = 0; i < 16; i++) receivers.add(answering());
        Subject<Integer> sender =
                Actors.<Integer>handling(
                                message -> {
                                    try {
                                        askDeep(receivers, sink, message);
                                    } catch (StackOverflowError expected) {
                                        // goes on
                                    }
                                })
                        .start()
                        .data();
        for (int round = 0; round < 400; round++) {
            sender.send(round);
            dev.otp4j.sys.Sys.getState(sender.owner(), Integer.class, Expect.SOON); // a barrier
            for (Subject<Ask> receiver : receivers) {
                assertThat(receiver.call(Expect.SOON, Ask::new)).as("round " + round).isTrue();
            }
            Processes.flushMessages();
        }
    }

    private record Ask(Subject<Boolean> reply) {}

    private static Subject<Ask> answering() {
        return Actors.<Ask>handling(ask -> ask.reply().send(true)).start().data();
    }

    private static int askDeep(List<Subject<Ask>> receivers, Subject<Boolean> sink, int next) {
        receivers.get(next % receivers.size()).send(new Ask(sink));
        return 1 + askDeep(receivers, sink, next + 1);
    }

    private static int sendDeep(Subject<Integer> sink) {
        sink.send(1);
        return 1 + sendDeep(sink);
    }

    @Test
    @OtpTest
    void aTimerThatFindsAVacantNameCountsAsADeadLetter() {
        Name<String> name = Name.create("vacant");
        Subject<String> own = Subject.create();
        long before = ProcessRuntime.current().deadLetters();

        name.subject().sendAfter(Duration.ZERO, "dropped");
        own.sendAfter(Duration.ofMillis(20), "barrier");
        expect(own);

        assertThat(ProcessRuntime.current().deadLetters()).isEqualTo(before + 1);
    }

    /**
     * Between the timeout's decision and the unlink the initialiser's crash reaches the starter.
     */
    @Test
    @OtpTest
    @Timeout(30)
    @Rule("A-08")
    void afterAnInitTimeoutATrappingStarterGetsNoExitMessage() {
        Processes.trapExits(true);
        var timeouts = new AtomicInteger();
        for (int i = 0; i < 4_000; i++) {
            Duration limit = Duration.ofNanos(200_000);
            long until = System.nanoTime() + 200_000 + (i % 60) * 1_000L - 20_000;
            var result =
                    Actor.<Integer, Object, Subject<Object>>withInitializer(
                                    limit,
                                    init -> {
                                        while (System.nanoTime() < until) Thread.onSpinWait();
                                        throw new IllegalStateException("late crash");
                                    })
                            .onMessage((Integer n, Object m) -> Next.continueWith(n))
                            .tryStart();
            if (result.toString().contains("did not finish")) timeouts.incrementAndGet();
            boolean exit =
                    Selector.<Boolean>create()
                            .selectTrappedExits(e -> true)
                            .receive(Duration.ZERO)
                            .isPresent();
            assertThat(exit).as("EXIT after " + result).isFalse();
        }
        assertThat(timeouts).hasPositiveValue();
        assertThat(anythingComes()).isFalse();
    }
}
