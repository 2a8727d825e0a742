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

/** The mailbox word against its owner, its senders and whoever closes it. */
public final class MailboxRaces {
    private MailboxRaces() {}

    /**
     * A take never brings a closed mailbox back to life, and the message is taken or dropped, not
     * both.
     */
    @JCStressTest
    @Outcome(id = "1, true", expect = ACCEPTABLE, desc = "taken or dropped once, closed")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or alive again")
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

    /** Going idle against a push: the owner stays, or the sender owes an activation. */
    @JCStressTest
    @Outcome(id = "false, NOTHING", expect = ACCEPTABLE, desc = "the owner sees the message")
    @Outcome(id = "true, ACTIVATION", expect = ACCEPTABLE, desc = "the sender schedules")
    @Outcome(expect = FORBIDDEN, desc = "nobody is responsible, or two")
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
     * The end of a wait against a push: the sender unparks, or the owner ends its wait and sees the
     * message.
     */
    @JCStressTest
    @Outcome(id = "true, NOTHING, m", expect = ACCEPTABLE, desc = "ended in time, then the push")
    @Outcome(id = "false, UNPARK, m", expect = ACCEPTABLE, desc = "the push came first")
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

    /** The depth never misses a message that is queued or taken and not handled yet. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = ACCEPTABLE,
            desc = "counted, for a moment perhaps twice")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "handled before the look")
    @Outcome(expect = FORBIDDEN, desc = "wrong in the end")
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

    /** Two senders on an idle mailbox: one of them, and only one, owes the activation. */
    @JCStressTest
    @Outcome(
            id = {"ACTIVATION, NOTHING, 2", "NOTHING, ACTIVATION, 2"},
            expect = ACCEPTABLE,
            desc = "one owes")
    @Outcome(expect = FORBIDDEN, desc = "none or both owe")
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
