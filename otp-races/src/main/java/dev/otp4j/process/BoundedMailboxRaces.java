/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.mailbox.Node;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Races of senders that wait for room with the owner that makes room and with the end of the
 * receiver: each wait has one outcome, no place is lost, and nothing is left behind.
 */
public final class BoundedMailboxRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    /** Much longer than a test takes: a sender that is not woken is seen as FULL. */
    private static final long LONG = 2_000_000_000L;

    private BoundedMailboxRaces() {}

    /** A receiver without a thread whose only place is taken; the test is its owner. */
    private abstract static class Full {
        final BoundedMailbox mailbox =
                new BoundedMailbox(MailboxLimit.blocking(1, Duration.ofHours(1)));
        final ProcessCell receiver =
                new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null, mailbox);

        Full() {
            mailbox.tryEnter();
        }

        BoundedMailbox.Entry enter(long nanos) {
            return mailbox.enter(receiver, null, nanos);
        }

        /** The owner handles the only message. */
        void leave() {
            mailbox.left(new Node("m"), true);
        }

        String left() {
            if (mailbox.waitingSenders() > 0) return "sender left";
            return receiver.watcherCount() > 0 ? "watcher left" : "nothing left";
        }
    }

    /** A sender leaves because its time is over while the owner gives it the place. */
    @JCStressTest
    @Outcome(
            id = "ENTERED, 1, nothing left",
            expect = ACCEPTABLE,
            desc = "the place is the sender's")
    @Outcome(id = "FULL, 0, nothing left", expect = ACCEPTABLE, desc = "the place is free")
    @Outcome(expect = FORBIDDEN, desc = "the place is lost, or something is left")
    @State
    public static class PlaceAgainstLeave extends Full {
        @Actor
        public void owner() {
            leave();
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = enter(1_000);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = mailbox.used();
            result.r3 = left();
        }
    }

    /** A sender begins to wait while the owner counts out its last message: one sees the other. */
    @JCStressTest
    @Outcome(id = "ENTERED, 1, nothing left", expect = ACCEPTABLE, desc = "the sender gets in")
    @Outcome(expect = FORBIDDEN, desc = "the sender was forgotten, or something is left")
    @State
    public static class CountOutAgainstWait extends Full {
        @Actor
        public void owner() {
            leave();
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = enter(LONG);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = mailbox.used();
            result.r3 = left();
        }
    }

    /** A sender begins to wait while another one gives its place back: one sees the other. */
    @JCStressTest
    @Outcome(id = "ENTERED, 1, nothing left", expect = ACCEPTABLE, desc = "the sender gets in")
    @Outcome(expect = FORBIDDEN, desc = "the sender was forgotten, or something is left")
    @State
    public static class GiveBackAgainstWait extends Full {
        @Actor
        public void gives() {
            mailbox.giveBack();
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = enter(LONG);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = mailbox.used();
            result.r3 = left();
        }
    }

    /** A sender begins to wait while the receiver ends: it hears of the end. */
    @JCStressTest
    @Outcome(id = "CLOSED, REFUSED, nothing left", expect = ACCEPTABLE, desc = "told of the end")
    @Outcome(expect = FORBIDDEN, desc = "the sender waits on, or something is left")
    @State
    public static class CloseAgainstWait extends Full {
        @Actor
        public void killer() {
            receiver.end(ExitReason.KILLED);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = enter(LONG);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = mailbox.push(new Node("late"));
            result.r3 = left();
        }
    }

    /** A sender takes a free place and pushes while the receiver ends. */
    @JCStressTest
    @Outcome(
            id = {
                "ENTERED, NOTHING, nothing left",
                "ENTERED, ACTIVATION, nothing left",
                "ENTERED, REFUSED, nothing left"
            },
            expect = ACCEPTABLE,
            desc = "the push says whether the receiver got the message")
    @Outcome(expect = FORBIDDEN, desc = "the sender waits or fails, or something is left")
    @State
    public static class CloseAgainstEnter extends Full {
        public CloseAgainstEnter() {
            leave();
        }

        @Actor
        public void killer() {
            receiver.end(ExitReason.KILLED);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = enter(LONG);
            result.r2 = mailbox.push(new Node("m"));
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = left();
        }
    }

    /** The owner gives the only place while the receiver ends: the sender hears one of the two. */
    @JCStressTest
    @Outcome(
            id = {"ENTERED, true, nothing left", "CLOSED, true, nothing left"},
            expect = ACCEPTABLE,
            desc = "one outcome")
    @Outcome(expect = FORBIDDEN, desc = "the sender waits on, or something is left")
    @State
    public static class PlaceAgainstClose extends Full {
        @Actor
        public void ownerAndKiller() {
            leave();
            receiver.end(ExitReason.KILLED);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r1 = enter(LONG);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = mailbox.closed();
            result.r3 = left();
        }
    }
}
