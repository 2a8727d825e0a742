/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.internal.mailbox;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Races for the places of a mailbox with a capacity. */
public final class RoomRaces {
    private RoomRaces() {}

    /** Two senders want the last place: exactly one gets it. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 2", "false, true, 2"},
            expect = ACCEPTABLE,
            desc = "one of them has the place")
    @Outcome(expect = FORBIDDEN, desc = "neither or both have it, or the count is wrong")
    @State
    public static class TwoEnter {
        private final Room room = new Room(2);

        public TwoEnter() {
            room.enter();
        }

        @Actor
        public void first(ZZI_Result result) {
            result.r1 = room.enter();
        }

        @Actor
        public void second(ZZI_Result result) {
            result.r2 = room.enter();
        }

        @Arbiter
        public void after(ZZI_Result result) {
            result.r3 = room.used();
        }
    }

    /** A sender enters a full mailbox while the owner counts a message out. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the sender has the place that came free")
    @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "the sender came first")
    @Outcome(expect = FORBIDDEN, desc = "a place is lost or given twice")
    @State
    public static class EnterAgainstLeave {
        private final Room room = new Room(1);

        public EnterAgainstLeave() {
            room.enter();
        }

        @Actor
        public void owner() {
            room.leave();
        }

        @Actor
        public void sender(ZI_Result result) {
            result.r1 = room.enter();
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r2 = room.used();
        }
    }

    /** A sender enters a full mailbox while another one gives its place back. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the sender has the place that came free")
    @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "the sender came first")
    @Outcome(expect = FORBIDDEN, desc = "a place is lost or given twice")
    @State
    public static class EnterAgainstWithdraw {
        private final Room room = new Room(1);

        public EnterAgainstWithdraw() {
            room.enter();
        }

        @Actor
        public void gives() {
            room.withdraw();
        }

        @Actor
        public void sender(ZI_Result result) {
            result.r1 = room.enter();
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r2 = room.used();
        }
    }

    /** A message that must get in is pushed while a sender wants the last place. */
    @JCStressTest
    @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "the sender came first")
    @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "the other message has the place")
    @Outcome(expect = FORBIDDEN, desc = "a message is not counted")
    @State
    public static class EnterAgainstEnterAnyway {
        private final Room room = new Room(1);

        @Actor
        public void mustGetIn() {
            room.enterAnyway();
        }

        @Actor
        public void sender(ZI_Result result) {
            result.r1 = room.enter();
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r2 = room.used();
        }
    }
}
