/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.testkit.Race;
import dev.otp4j.testkit.Rule;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conservation: what is pushed is taken, dropped or refused, once. On platform threads. */
@Tag("race")
@Tag("platform")
@Timeout(60)
class MailboxConcurrencyTests {
    private static final long ROUNDS = 1_000_000;
    private static final Duration LIMIT = Duration.ofMillis(2_500);

    /** A message that knows what became of it; each field has one writer. */
    private static final class Counted extends Node {
        int taken;
        int dropped;
        int refused;

        Counted() {
            super("counted");
        }

        int fates() {
            return taken + dropped + refused;
        }
    }

    private static final class KillRound {
        final Mailbox mailbox = new Mailbox();
        final Backlog taken = new Backlog();
        final Counted[] before = {new Counted(), new Counted()};
        final Counted[] during = {new Counted(), new Counted(), new Counted()};
        boolean tookAfterClose;

        KillRound() {
            for (Counted node : before) mailbox.push(node);
        }

        void takeUntilClosed() {
            while (!mailbox.closed()) {
                Node node = taken.poll(mailbox);
                if (node != null) ((Counted) node).taken++;
            }
            taken.drop(node -> ((Counted) node).dropped++);
            tookAfterClose = taken.poll(mailbox) != null;
        }

        void pushAndClose() {
            push(during[0]);
            push(during[1]);
            mailbox.close().forEach(node -> ((Counted) node).dropped++);
            push(during[2]);
        }

        private void push(Counted node) {
            if (mailbox.push(node) == Owed.REFUSED) node.refused++;
        }

        void check() {
            assertThat(mailbox.closed()).as("a closed mailbox stays closed").isTrue();
            assertThat(tookAfterClose).as("took something after the close").isFalse();
            assertThat(during[2].refused).as("sent after the close: refused").isEqualTo(1);
            for (Counted node : before) assertThat(node.fates()).isEqualTo(1);
            for (Counted node : during) assertThat(node.fates()).isEqualTo(1);
            assertThat(mailbox.stacked() + taken.left()).isZero();
        }
    }

    @Test
    @Rule({"K-01", "K-02"})
    void aKillDuringATakeLeavesTheMailboxClosedAndLosesNoMessage() {
        long rounds =
                Race.run(
                        ROUNDS,
                        LIMIT,
                        KillRound::new,
                        KillRound::check,
                        KillRound::takeUntilClosed,
                        KillRound::pushAndClose);

        assertThat(rounds).isGreaterThan(1_000);
    }

    private static final class WaitRound {
        private static final int MESSAGES = 3;
        final Mailbox mailbox = new Mailbox();
        final Backlog taken = new Backlog();
        final AtomicInteger unparks = new AtomicInteger();
        int broken;
        int received;
        boolean waitedOn;

        void receiveAll() {
            for (int tries = 0; received < MESSAGES; tries++) {
                if (taken.poll(mailbox) != null) {
                    received++;
                } else if (mailbox.beginWait()) {
                    for (int spin = 0; spin < (tries & 7) && mailbox.waiting(); spin++) {
                        Thread.onSpinWait();
                    }
                    if (!mailbox.endWait()) broken++;
                    if (mailbox.waiting()) waitedOn = true;
                } else if (tries > 1_000_000) {
                    throw new AssertionError("neither a message nor a wait: " + mailbox);
                }
            }
        }

        void push() {
            for (int i = 0; i < MESSAGES; i++) {
                if (mailbox.push(new Node(i)) == Owed.UNPARK) unparks.incrementAndGet();
            }
        }

        void check() {
            assertThat(received).isEqualTo(MESSAGES);
            assertThat(unparks).as("one unpark for each wait that was broken").hasValue(broken);
            assertThat(waitedOn).as("waiting after the wait was over").isFalse();
            assertThat(mailbox.idle()).as("nothing is left, the owner can rest").isTrue();
        }
    }

    @Test
    @Rule({"S-05", "S-06"})
    void aPushAtTheEndOfAWaitIsNeitherLostNorOwedTwice() {
        long rounds =
                Race.run(
                        ROUNDS,
                        LIMIT,
                        WaitRound::new,
                        WaitRound::check,
                        WaitRound::receiveAll,
                        WaitRound::push);

        assertThat(rounds).isGreaterThan(1_000);
    }

    private static final class CloseOnWait {
        final Mailbox mailbox = new Mailbox();
        final Backlog taken = new Backlog();
        boolean heard;

        void waitForClose() {
            while (!heard) {
                if (mailbox.beginWait()) {
                    for (int spin = 0; spin < 3 && mailbox.waiting(); spin++) Thread.onSpinWait();
                    mailbox.endWait();
                }
                heard = mailbox.closed();
            }
        }

        void check() {
            assertThat(mailbox.closed()).isTrue();
            assertThat(mailbox.push(new Node(1))).isEqualTo(Owed.REFUSED);
        }
    }

    @Test
    @Rule("K-01")
    void aKillAtTheEndOfAWaitIsHeard() {
        Race.run(
                ROUNDS,
                Duration.ofSeconds(1),
                CloseOnWait::new,
                CloseOnWait::check,
                CloseOnWait::waitForClose,
                round -> round.mailbox.close().forEach(node -> {}));
    }

    /** A message of one pusher, with its place. */
    private record Numbered(int pusher, int number) {}

    /** An owner that is scheduled by its pushers, as an actor is. */
    private static final class Scheduled {
        final Mailbox mailbox = new Mailbox();
        final Backlog taken = new Backlog();
        final Semaphore activations = new Semaphore(0);
        final AtomicLong pushed = new AtomicLong();
        final AtomicLong polled = new AtomicLong();
        final AtomicReference<@Nullable String> wrong = new AtomicReference<>();

        void push(Object item) {
            Owed owed = mailbox.push(new Node(item));
            pushed.incrementAndGet();
            if (owed == Owed.ACTIVATION) activations.release();
        }

        void own(int pushers, int each) {
            int[] next = new int[pushers];
            int left = pushers * each;
            while (left > 0) {
                // counted before the poll: the observer must not hold a polled message for queued
                polled.incrementAndGet();
                Node node = taken.poll(mailbox);
                if (node == null) {
                    polled.decrementAndGet();
                    if (mailbox.idle()) {
                        activations.acquireUninterruptibly();
                        if (activations.availablePermits() > 0) wrong.set("two activations owed");
                    }
                    continue;
                }
                left--;
                Numbered message = (Numbered) node.item;
                if (message.number() != next[message.pusher()]++) wrong.set("order: " + message);
            }
        }

        void observe() {
            // order of reads: what was pushed before, then the depth, then what was polled since
            while (!Thread.currentThread().isInterrupted()) {
                long in = pushed.get();
                int depth = mailbox.stacked() + taken.left(); // in that order
                long out = polled.get();
                if (depth < in - out) wrong.set("depth " + depth + " of at least " + (in - out));
                LockSupport.parkNanos(1);
            }
        }
    }

    @Test
    @Rule({"P-23", "S-03"})
    void messagesOfEachPusherComeInOrderAndDepthIsNeverTooLow() throws InterruptedException {
        int pushers = 3;
        int each = 300_000;
        var scheduled = new Scheduled();
        Thread[] threads = new Thread[pushers];
        for (int p = 0; p < pushers; p++) {
            int pusher = p;
            threads[p] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < each; i++) {
                                            scheduled.push(new Numbered(pusher, i));
                                            if ((i & 1023) == 0) Thread.yield();
                                        }
                                    });
        }
        Thread observer = Thread.ofPlatform().start(scheduled::observe);

        scheduled.own(pushers, each);

        for (Thread thread : threads) thread.join();
        observer.interrupt();
        observer.join();
        assertThat(scheduled.wrong).hasValue(null);
        assertThat(scheduled.taken.poll(scheduled.mailbox)).isNull();
        assertThat(scheduled.mailbox.stacked() + scheduled.taken.left()).isZero();
    }

    /** An idle mailbox, a sender, and a thread that closes the mailbox because it has rested. */
    private static final class RestRound {
        final Mailbox mailbox = new Mailbox();
        final Backlog taken = new Backlog();
        @Nullable Owed first;
        @Nullable Owed second;
        boolean seized;
        boolean closed;

        RestRound() {
            mailbox.idle();
            mailbox.rested();
        }

        void send() {
            first = mailbox.push(new Node("one"));
            second = mailbox.push(new Node("two"));
        }

        void close() {
            seized = mailbox.rested() && mailbox.seize();
            closed = seized && mailbox.closeEmpty();
        }

        /** One thread owes the activation, and each message is in the mailbox or was refused. */
        void check() {
            boolean owes = first == Owed.ACTIVATION;
            assertThat(owes).isEqualTo(!seized);
            assertThat(second).isIn(Owed.NOTHING, Owed.REFUSED);
            int in = 0;
            for (Node node; (node = closed ? null : taken.poll(mailbox)) != null; ) {
                assertThat(node.item).isEqualTo(in == 0 ? "one" : "two");
                in++;
            }
            int refused = (first == Owed.REFUSED ? 1 : 0) + (second == Owed.REFUSED ? 1 : 0);
            assertThat(refused).isEqualTo(closed ? 2 : 0);
            assertThat(in).isEqualTo(closed ? 0 : 2);
            assertThat(mailbox.closed()).isEqualTo(closed);
        }
    }

    @Test
    @Rule("KF-05")
    void aMailboxThatHasRestedIsClosedOnlyWithoutAMessage() {
        var outcomes = new AtomicInteger();
        Race.run(
                ROUNDS / 2,
                LIMIT,
                RestRound::new,
                round -> {
                    round.check();
                    outcomes.accumulateAndGet(
                            round.closed ? 1 : round.seized ? 2 : 4, (seen, now) -> seen | now);
                },
                RestRound::send,
                RestRound::close);

        assertThat(outcomes).hasValue(7); // each order has come
    }
}
