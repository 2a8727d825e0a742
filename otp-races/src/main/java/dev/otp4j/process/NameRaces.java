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

/** Races on names and keys between processes that register and processes that die. */
public final class NameRaces {
    private static final ProcessRuntime RUNTIME = ProcessRuntime.builder().name("races").build();

    private NameRaces() {}

    private static ProcessCell process() {
        return new ProcessCell(RUNTIME, RUNTIME.port, null, null, true, null);
    }

    /** A process registers while it dies: afterwards the name is free, whichever came first. */
    @JCStressTest
    @Outcome(
            id = {"DONE, null, DONE", "DEAD, null, DONE"},
            expect = ACCEPTABLE,
            desc = "free afterwards")
    @Outcome(expect = FORBIDDEN, desc = "a dead process still holds the name")
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
            result.r2 = String.valueOf(name.resolve());
            result.r3 = name.register(process(), true);
        }
    }

    /**
     * A process registers for a name that holds a message, while it dies: the message goes to the
     * dead process or stays held.
     */
    @JCStressTest
    @Outcome(
            id = {"DONE, 0, DONE", "DONE, 1, DONE", "DEAD, 1, DONE"},
            expect = ACCEPTABLE,
            desc = "the name is free; the message was delivered or is held")
    @Outcome(expect = FORBIDDEN, desc = "a dead process holds the name, or the message is lost")
    @State
    public static class RegisterHoldingAgainstExit {
        private final Name<String> name = Name.create(RUNTIME, "name", Vacancy.holding(4));
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

    /** Two processes register for one name: exactly one gets it. */
    @JCStressTest
    @Outcome(
            id = {"DONE, TAKEN, first", "TAKEN, DONE, second"},
            expect = ACCEPTABLE,
            desc = "one wins")
    @Outcome(expect = FORBIDDEN, desc = "neither or both")
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
            Pid holder = name.resolve();
            result.r3 = holder == first ? "first" : holder == second ? "second" : "nobody";
        }
    }

    /** One process registers for two names at once: it gets one, and the other stays free. */
    @JCStressTest
    @Outcome(
            id = {"DONE, HAS_NAME, one", "HAS_NAME, DONE, one"},
            expect = ACCEPTABLE,
            desc = "one name")
    @Outcome(expect = FORBIDDEN, desc = "neither or both")
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
            boolean one = (left.resolve() == cell) != (right.resolve() == cell);
            result.r3 = one && (cell.name() == left) == (left.resolve() == cell) ? "one" : "wrong";
        }
    }

    /**
     * A successor registers while the holder of the name dies: it is refused while the holder
     * lives, and accepted after that.
     */
    @JCStressTest
    @Outcome(
            id = "DONE, successor",
            expect = ACCEPTABLE,
            desc = "the successor replaced the dead holder")
    @Outcome(
            id = "TAKEN, free",
            expect = ACCEPTABLE,
            desc = "the successor came too early and was refused")
    @Outcome(
            expect = FORBIDDEN,
            desc = "the dead holder blocks the name, or removes the successor from it")
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
            Pid now = name.resolve();
            boolean free = now == null && name.register(process(), true) == Name.Registration.DONE;
            result.r2 = now == successor ? "successor" : free ? "free" : "stuck";
        }
    }

    /**
     * A name is unregistered while its holder dies: afterwards the name is free for the next
     * process.
     */
    @JCStressTest
    @Outcome(
            id = {"true, DONE", "false, DONE"},
            expect = ACCEPTABLE,
            desc = "the name is free afterwards")
    @Outcome(expect = FORBIDDEN, desc = "the name is not free afterwards")
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
