/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;

/**
 * Races on the state word of a mailbox between its owner, its senders and the thread that closes
 * it.
 */
public final class MailboxRaces {
    private MailboxRaces() {}

    /**
     * A take races with a close: the mailbox stays closed, and the message is either taken or
     * dropped.
     */
    @JCStressTest
    @Outcome(
            id = "1, true",
            expect = ACCEPTABLE,
            desc = "the message is taken or dropped once, and the mailbox is closed")
    @Outcome(
            expect = FORBIDDEN,
            desc = "the message is lost or handled twice, or the mailbox is open again")
    @State
    public static class TakeAgainstClose {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();
        private int seen;
        private int dropped;

        public TakeAgainstClose() {
            mailbox.push(new Node("m"));
        }

        @Actor
        public void owner() {
            seen = backlog.poll(mailbox) == null ? 0 : 1;
        }

        @Actor
        public void killer() {
            mailbox.close().forEach(node -> dropped++);
        }

        @Arbiter
        public void after(IZ_Result result) {
            result.r1 = seen + dropped;
            result.r2 = mailbox.closed() && mailbox.push(new Node("late")) == Owed.REFUSED;
        }
    }

    /**
     * The owner goes idle while a sender pushes: the owner sees the message, or the sender owes an
     * activation.
     */
    @JCStressTest
    @Outcome(id = "false, NOTHING", expect = ACCEPTABLE, desc = "the owner sees the message")
    @Outcome(id = "true, ACTIVATION", expect = ACCEPTABLE, desc = "the sender schedules the owner")
    @Outcome(expect = FORBIDDEN, desc = "neither or both are responsible for the message")
    @State
    public static class IdleAgainstPush {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();

        @Actor
        public void owner(ZL_Result result) {
            result.r1 = mailbox.idle();
        }

        @Actor
        public void sender(ZL_Result result) {
            result.r2 = mailbox.push(new Node("m"));
        }
    }

    /**
     * A wait ends while a sender pushes: the sender unparks the owner, or the owner ends its wait
     * and then sees the message.
     */
    @JCStressTest
    @Outcome(id = "true, NOTHING, m", expect = ACCEPTABLE, desc = "the wait ended before the push")
    @Outcome(
            id = "false, UNPARK, m",
            expect = ACCEPTABLE,
            desc = "the push came before the end of the wait")
    @Outcome(expect = FORBIDDEN, desc = "a lost message or wake-up")
    @State
    public static class WaitTimeoutAgainstPush {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();

        public WaitTimeoutAgainstPush() {
            mailbox.beginWait();
        }

        @Actor
        public void owner(LLL_Result result) {
            result.r1 = mailbox.endWait();
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = mailbox.push(new Node("m"));
        }

        @Arbiter
        public void after(LLL_Result result) {
            Node node = backlog.poll(mailbox);
            result.r3 = node == null ? "lost" : node.item;
        }
    }

    /** The depth always counts a message that is queued, or taken and not handled yet. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "the message is counted, perhaps twice for a moment")
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE,
            desc = "the message was handled before the depth was read")
    @Outcome(expect = FORBIDDEN, desc = "the final depth is wrong")
    @State
    public static class DepthAgainstTake {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();

        public DepthAgainstTake() {
            mailbox.push(new Node("m"));
        }

        @Actor
        public void owner() {
            backlog.poll(mailbox);
        }

        @Actor
        public void reader(II_Result result) {
            result.r1 = mailbox.stacked() + backlog.left();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = mailbox.stacked() + backlog.left();
        }
    }

    /** Two senders push to an idle mailbox: exactly one of them owes the activation. */
    @JCStressTest
    @Outcome(
            id = {"ACTIVATION, NOTHING, 2", "NOTHING, ACTIVATION, 2"},
            expect = ACCEPTABLE,
            desc = "one of them owes the activation")
    @Outcome(expect = FORBIDDEN, desc = "neither or both owe the activation")
    @State
    public static class TwoSenders {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();

        public TwoSenders() {
            mailbox.idle();
        }

        @Actor
        public void first(LLL_Result result) {
            result.r1 = mailbox.push(new Node("a"));
        }

        @Actor
        public void second(LLL_Result result) {
            result.r2 = mailbox.push(new Node("b"));
        }

        @Arbiter
        public void after(LLL_Result result) {
            int taken = 0;
            while (backlog.poll(mailbox) != null) taken++;
            result.r3 = taken;
        }
    }
}
