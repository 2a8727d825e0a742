/* SPDX-License-Identifier: Apache-2.0 */
package dev.otp4j.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Names and keys against those who register and those who die. */
public final class NameRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    private NameRaces() {}

    private static ProcessCell process() {
        return new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null);
    }

    /** Registering against the own death: the name is free afterwards, whoever was first. */
    @JCStressTest
    @Outcome(
            id = {"DONE, null, DONE", "DEAD, null, DONE"},
            expect = ACCEPTABLE,
            desc = "free afterwards")
    @Outcome(expect = FORBIDDEN, desc = "a dead process holds the name")
    @State
    public static class RegisterAgainstExit {
        private final Name<String> name = Name.create(RUNTIME, "name");
        private final ProcessCell cell = process();

        @Actor
        public void register(LLL_Result result) {
            result.r1 = name.register(cell, true);
        }

        @Actor
        public void exit() {
            cell.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            result.r2 = String.valueOf(name.pid());
            result.r3 = name.register(process(), true);
        }
    }

    /** The same for a name that holds messages: the one it holds goes to the dead or is kept. */
    @JCStressTest
    @Outcome(
            id = {"DONE, 0, DONE", "DONE, 1, DONE", "DEAD, 1, DONE"},
            expect = ACCEPTABLE,
            desc = "free afterwards; the message was delivered or is held")
    @Outcome(expect = FORBIDDEN, desc = "a dead process holds the name, or the message is lost")
    @State
    public static class RegisterHoldingAgainstExit {
        private final Name<String> name =
                Name.<String>create(RUNTIME, "name").holdingWhileVacant(4);
        private final ProcessCell cell = process();
        private final ProcessCell next = process();

        public RegisterHoldingAgainstExit() {
            name.subject().send("kept");
        }

        @Actor
        public void register(LLL_Result result) {
            result.r1 = name.register(cell, true);
        }

        @Actor
        public void exit() {
            cell.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LLL_Result result) {
            int held = name.heldCount();
            result.r3 = name.register(next, true);
            result.r2 = next.depth() == held ? held : "lost";
        }
    }

    /** Two processes race for one name: exactly one has it. */
    @JCStressTest
    @Outcome(
            id = {"DONE, TAKEN, first", "TAKEN, DONE, second"},
            expect = ACCEPTABLE,
            desc = "one wins")
    @Outcome(expect = FORBIDDEN, desc = "none or both")
    @State
    public static class TwoRegister {
        private final Name<String> name = Name.create(RUNTIME, "name");
        private final ProcessCell first = process();
        private final ProcessCell second = process();

        @Actor
        public void first(LLL_Result result) {
            result.r1 = name.register(first, true);
        }

        @Actor
        public void second(LLL_Result result) {
            result.r2 = name.register(second, true);
        }

        @Arbiter
        public void after(LLL_Result result) {
            Pid holder = name.pid();
            result.r3 = holder == first ? "first" : holder == second ? "second" : "nobody";
        }
    }

    /** One process is given two names at once: it gets one, and the other stays free. */
    @JCStressTest
    @Outcome(
            id = {"DONE, HAS_NAME, one", "HAS_NAME, DONE, one"},
            expect = ACCEPTABLE,
            desc = "one name")
    @Outcome(expect = FORBIDDEN, desc = "none or both")
    @State
    public static class TwoNames {
        private final Name<String> left = Name.create(RUNTIME, "left");
        private final Name<String> right = Name.create(RUNTIME, "right");
        private final ProcessCell cell = process();

        @Actor
        public void left(LLL_Result result) {
            result.r1 = left.register(cell, true);
        }

        @Actor
        public void right(LLL_Result result) {
            result.r2 = right.register(cell, true);
        }

        @Arbiter
        public void after(LLL_Result result) {
            boolean one = (left.pid() == cell) != (right.pid() == cell);
            result.r3 = one && (cell.name() == left) == (left.pid() == cell) ? "one" : "wrong";
        }
    }

    /** A successor against the holder's death: it is refused while that lives, never afterwards. */
    @JCStressTest
    @Outcome(id = "DONE, successor", expect = ACCEPTABLE, desc = "displaced the dead")
    @Outcome(id = "TAKEN, free", expect = ACCEPTABLE, desc = "too early")
    @Outcome(expect = FORBIDDEN, desc = "the dead stands in the way, or takes the name along")
    @State
    public static class SuccessorAgainstExit {
        private final Name<String> name = Name.create(RUNTIME, "name");
        private final ProcessCell holder = process();
        private final ProcessCell successor = process();

        public SuccessorAgainstExit() {
            name.register(holder, true);
        }

        @Actor
        public void register(LL_Result result) {
            result.r1 = name.register(successor, true);
        }

        @Actor
        public void exit() {
            holder.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LL_Result result) {
            Pid now = name.pid();
            boolean free = now == null && name.register(process(), true) == Name.Registration.DONE;
            result.r2 = now == successor ? "successor" : free ? "free" : "stuck";
        }
    }

    /** Giving a name away against the holder's death: it is free, and stays free, for the next. */
    @JCStressTest
    @Outcome(
            id = {"true, DONE", "false, DONE"},
            expect = ACCEPTABLE,
            desc = "free afterwards")
    @Outcome(expect = FORBIDDEN, desc = "stuck")
    @State
    public static class UnregisterAgainstExit {
        private final Name<String> name = Name.create(RUNTIME, "name");
        private final ProcessCell holder = process();

        public UnregisterAgainstExit() {
            name.register(holder, true);
        }

        @Actor
        public void unregister(LL_Result result) {
            result.r1 = name.unregister();
        }

        @Actor
        public void exit() {
            holder.end(ExitReason.KILLED);
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r2 = name.register(process(), true);
        }
    }
}
