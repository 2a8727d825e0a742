/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.otp4j.internal.mailbox.Mailbox.Owed;
import dev.otp4j.internal.mailbox.Mailbox.Owner;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.ZLL_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Races on a mailbox whose owner rests, between the thread that ends an idle owner, senders, and a
 * thread that kills the owner.
 */
public final class RestRaces {
    private RestRaces() {}

    /** An idle mailbox that was looked at once. */
    private static Mailbox rested() {
        var mailbox = new Mailbox();
        mailbox.idle();
        mailbox.rested();
        return mailbox;
    }

    /** What became of the end of an owner that rests. */
    private enum End {
        /** It does not rest any more. */
        NOT_SEIZED,
        /** A message came in: the owner goes on, and the ender has to schedule it. */
        GOES_ON,
        /** The mailbox takes no message any more. */
        LEAVES
    }

    private static End end(Mailbox mailbox) {
        if (!mailbox.seize()) return End.NOT_SEIZED;
        return mailbox.closeEmpty() ? End.LEAVES : End.GOES_ON;
    }

    /**
     * The end of an idle owner races with a push: one of the two threads schedules the owner, and
     * the message is either queued or refused.
     */
    @JCStressTest
    @Outcome(
            id = "NOT_SEIZED, ACTIVATION, m",
            expect = ACCEPTABLE,
            desc = "the push came first: the sender schedules the owner")
    @Outcome(
            id = "GOES_ON, NOTHING, m",
            expect = ACCEPTABLE,
            desc = "the push came in between: the ender schedules the owner")
    @Outcome(
            id = "LEAVES, REFUSED, null",
            expect = ACCEPTABLE,
            desc = "the close came first: the name holds the message")
    @Outcome(expect = FORBIDDEN, desc = "a lost message, or an owner that nothing schedules")
    @State
    public static class EndAgainstPush {
        private final Mailbox mailbox = rested();
        private final Backlog backlog = new Backlog();

        @Actor
        public void ender(LLL_Result result) {
            result.r1 = end(mailbox);
        }

        @Actor
        public void sender(LLL_Result result) {
            result.r2 = mailbox.push(new Node("m"));
        }

        @Arbiter
        public void after(LLL_Result result) {
            Node taken = backlog.poll(mailbox);
            result.r3 = taken == null ? "null" : taken.item;
        }
    }

    /** A look at an idle mailbox races with a push: the sender schedules the owner in any case. */
    @JCStressTest
    @Outcome(id = "false, ACTIVATION, m", expect = ACCEPTABLE, desc = "the sender schedules it")
    @Outcome(expect = FORBIDDEN, desc = "the look hides the message, or wakes nothing")
    @State
    public static class LookAgainstPush {
        private final Mailbox mailbox = new Mailbox();
        private final Backlog backlog = new Backlog();

        public LookAgainstPush() {
            mailbox.idle();
        }

        @Actor
        public void looker(ZLL_Result result) {
            result.r1 = mailbox.rested();
        }

        @Actor
        public void sender(ZLL_Result result) {
            result.r2 = mailbox.push(new Node("m"));
        }

        @Arbiter
        public void after(ZLL_Result result) {
            Node taken = backlog.poll(mailbox);
            result.r3 = taken == null ? "null" : taken.item;
        }
    }

    /** Two threads want to end the same owner: one of them may. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one thread is the owner")
    @Outcome(expect = FORBIDDEN, desc = "both or none")
    @State
    public static class TwoEnders {
        private final Mailbox mailbox = rested();

        @Actor
        public void first(ZZ_Result result) {
            result.r1 = mailbox.seize();
        }

        @Actor
        public void second(ZZ_Result result) {
            result.r2 = mailbox.seize();
        }
    }

    /**
     * The end of an idle owner races with a kill: the killer knows whether a thread runs the owner,
     * and the mailbox stays closed.
     */
    @JCStressTest
    @Outcome(
            id = "NOT_SEIZED, ABSENT, REFUSED",
            expect = ACCEPTABLE,
            desc = "the kill came first: nothing runs the owner")
    @Outcome(
            id = {"GOES_ON, PRESENT, REFUSED", "LEAVES, PRESENT, REFUSED"},
            expect = ACCEPTABLE,
            desc = "the ender schedules the owner, which finds that it is dead")
    @Outcome(expect = FORBIDDEN, desc = "a dead owner that two threads clear, or none")
    @State
    public static class EndAgainstKill {
        private final Mailbox mailbox = rested();

        @Actor
        public void ender(LLL_Result result) {
            result.r1 = end(mailbox);
        }

        @Actor
        public void killer(LLL_Result result) {
            result.r2 = mailbox.close().owner();
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r3 = mailbox.push(new Node("late"));
        }
    }

    /** A push on a mailbox that is left races with the kill that closes it: it is refused. */
    @JCStressTest
    @Outcome(id = "true, REFUSED", expect = ACCEPTABLE, desc = "refused before and after the kill")
    @Outcome(expect = FORBIDDEN, desc = "a closed mailbox takes a message")
    @State
    public static class LeavingAgainstKill {
        private final Mailbox mailbox = rested();

        public LeavingAgainstKill() {
            end(mailbox);
        }

        @Actor
        public void killer(ZL_Result result) {
            Mailbox.Closed found = mailbox.close();
            result.r1 = found.owner() == Owner.PRESENT && found.queued() == null;
        }

        @Actor
        public void sender(ZL_Result result) {
            Owed owed = mailbox.pushIfRunning(new Node("m"));
            result.r2 = owed == null ? "null" : owed;
        }
    }
}
