/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static dev.otp4j.testkit.Expect.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.testkit.Actors;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many senders and one receiver, with little room. */
@Timeout(60)
class BoundedMailboxConcurrencyTests {
    private static final Duration LONG = Duration.ofMinutes(1);

    private record Numbered(int sender, int number) {}

    @ParameterizedTest
    @CsvSource({"1,8,2000", "3,8,5000", "64,4,20000", "2,200,50"})
    @Rule("O-04")
    void allThatWaitGetInInTheOrderOfEachSender(int capacity, int senders, int each) {
        try (var runtime = ProcessRuntime.builder().name("race").build()) {
            int[] next = new int[senders];
            var wrong = new AtomicInteger();
            var most = new AtomicInteger();
            var left = new AtomicInteger(senders * each);
            var own = new ProcessCell[1];
            Actors.Body<Numbered> body =
                    message -> {
                        if (next[message.sender()]++ != message.number()) wrong.incrementAndGet();
                        most.accumulateAndGet(own[0].depth(), Math::max);
                        left.decrementAndGet();
                    };
            Subject<Numbered> actor =
                    Actors.start(
                            Actors.handling(body).mailbox(MailboxLimit.blocking(capacity, LONG)),
                            runtime);
            own[0] = (ProcessCell) actor.owner();
            for (int s = 0; s < senders; s++) startSender(runtime, actor, s, each, s % 2 == 0);
            eventually("all are handled", () -> left.get() == 0);
            assertThat(wrong).hasValue(0);
            // depth may count messages twice that are being taken
            assertThat(most.get()).isLessThanOrEqualTo(2 * capacity);
            BoundedMailbox mailbox = BoundedMailbox.of(own[0]);
            assertThat(mailbox).isNotNull();
            eventually("no place is taken", () -> mailbox.used() == 0);
            assertThat(mailbox.waitingSenders()).isZero();
        }
    }

    private static void startSender(
            ProcessRuntime runtime, Subject<Numbered> to, int sender, int each, boolean process) {
        Runnable code =
                () -> {
                    for (int i = 0; i < each; i++) to.send(new Numbered(sender, i));
                };
        if (process) {
            Actors.running(runtime).send(code);
        } else {
            Thread.ofVirtual().start(code);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,rejecting", "16,rejecting", "16,blocking"})
    @Rule("O-01")
    void noPlaceIsLostOrInventedWhenSendersAreKilledAndRefused(int capacity, String how)
            throws Exception {
        try (var runtime = ProcessRuntime.builder().name("kills").build()) {
            var handled = new AtomicLong();
            MailboxLimit limit =
                    how.equals("blocking")
                            ? MailboxLimit.blocking(capacity, Duration.ofMillis(1))
                            : MailboxLimit.rejecting(capacity);
            Actors.Body<Integer> body = message -> handled.incrementAndGet();
            Subject<Integer> actor = Actors.start(Actors.handling(body).mailbox(limit), runtime);
            BoundedMailbox mailbox = BoundedMailbox.of((ProcessPort) actor.owner());
            for (int round = 0; round < 300; round++) {
                List<Subject<Runnable>> senders = new ArrayList<>();
                var begun = new CountDownLatch(4);
                for (int s = 0; s < 4; s++) senders.add(Actors.running(runtime));
                for (var sender : senders) {
                    sender.send(
                            () -> {
                                begun.countDown();
                                for (int i = 0; i < 200; i++) actor.send(i);
                            });
                }
                begun.await();
                senders.forEach(sender -> Processes.kill(sender.owner()));
            }
            assertThat(mailbox).isNotNull();
            eventually("no place is taken", () -> mailbox.used() == 0);
            assertThat(mailbox.waitingSenders()).isZero();
            assertThat(handled.get()).isPositive();
        }
    }
}
